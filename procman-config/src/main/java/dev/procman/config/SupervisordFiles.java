package dev.procman.config;

import dev.procman.config.Node.Entry;
import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Scalar;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/// Puts a `supervisord.conf` together with the files that it includes. These include no others.
final class SupervisordFiles {
  private static final String INCLUDE = "include";
  private static final String FILES = "files";

  private final Function<Path, Source> read;
  private final Map<String, String> environment;
  private final ImportFindings findings;

  SupervisordFiles(
      Function<Path, Source> read, Map<String, String> environment, ImportFindings findings) {
    this.read = read;
    this.environment = environment;
    this.findings = findings;
  }

  Mapping read(Path file) {
    var main = IniFile.read(read.apply(file), findings);
    var all = withoutFiles(main);
    if (!(main.find(INCLUDE).orElse(null) instanceof Mapping section)
        || !(section.find(FILES).orElse(null) instanceof Scalar patterns)) {
      return all;
    }
    var directory = main.place().source().directory();
    var text = new ForeignMapping.Text(patterns.place(), INCLUDE + "." + FILES, patterns.text());
    var format =
        new SupervisordFormat(
            Map.of(
                "here",
                directory.toString(),
                "host_node_name",
                SupervisordFormat.host(environment)),
            environment);
    for (String pattern : format.now(text, findings).strip().split("\\s+", -1)) {
      var found = PathPattern.matching(directory, pattern);
      if (found.isEmpty()) {
        findings.add(
            section.keyPlace(FILES), text.path(), "left out: no file matches '" + pattern + "'");
      }
      for (Path included : found) {
        all = IniFile.merged(all, IniFile.read(read.apply(included), findings), findings);
      }
    }
    return all;
  }

  /// What is read here is not told as left out.
  private static Mapping withoutFiles(Mapping main) {
    var sections = new LinkedHashMap<>(main.entries());
    sections.computeIfPresent(
        INCLUDE,
        (_, entry) ->
            entry.value() instanceof Mapping section
                ? new Entry(entry.keyPlace(), section.without(FILES))
                : entry);
    sections
        .entrySet()
        .removeIf(entry ->
            entry.getKey().equals(INCLUDE)
                && entry.getValue().value() instanceof Mapping section
                && section.entries().isEmpty());
    return main.with(sections);
  }
}
