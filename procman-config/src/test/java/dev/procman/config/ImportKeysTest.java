package dev.procman.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.config.Node.Entry;
import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Scalar;
import dev.procman.config.Node.Sequence;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// No key is dropped in silence. All keys of files that have every key are counted: each is a
/// finding, or is part of one, or the result is another one without it.
class ImportKeysTest {
  private static final Path CORPUS =
      Path.of("src/test/resources/dev/procman/config/foreign").toAbsolutePath();
  private static final Importer IMPORTER =
      Importer.ofDefaults()
          .environment(Map.of("STAGE", "live", "SECONDS", "2", "THREADS", "8", "WAIT", "3"));

  /// Keys of the corpus that say what is so without them.
  private static final Set<String> AS_BY_DEFAULT =
      Set.of(
          "ordered_shutdown",
          "disable_env_expansion",
          "shell.shell_argument",
          "processes.db.log_configuration.no_metadata",
          "processes.db.readiness_probe.success_threshold",
          "processes.migrate.availability",
          "processes.migrate.availability.restart",
          "processes.nightly.schedule.run_on_start",
          "processes.odd.is_disabled",
          "program:web.autostart",
          "program:web.autorestart",
          "program:web.killasgroup",
          "program:worker.stdout_logfile_maxbytes",
          "program:worker.stderr_syslog");

  @TempDir Path directory;

  @BeforeEach
  void copyTheCorpus() throws IOException {
    Files.walkFileTree(
        CORPUS,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            var copy = directory.resolve(CORPUS.relativize(file).toString());
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /// Ways to all keys, list items included.
  private static void ways(Node node, List<String> way, List<List<String>> all) {
    switch (node) {
      case Scalar _ -> {}
      case Sequence list -> {
        for (int i = 0; i < list.items().size(); i++) {
          ways(list.items().get(i), longer(way, "[" + i + "]"), all);
        }
      }
      case Mapping mapping ->
          mapping
              .entries()
              .forEach((key, entry) -> {
                all.add(longer(way, key));
                ways(entry.value(), longer(way, key), all);
              });
    }
  }

  private static List<String> longer(List<String> way, String key) {
    var longer = new ArrayList<>(way);
    longer.add(key);
    return longer;
  }

  private static boolean isTold(Imported imported, List<String> way) {
    var plain = way.stream().filter(key -> !key.startsWith("[")).toList();
    for (int length = 1; length <= plain.size(); length++) {
      var path = String.join(".", plain.subList(0, length));
      boolean whole = length == plain.size();
      if (imported.findings().stream()
          .anyMatch(finding ->
              finding.key().equals(path) && (whole || finding.instead().contains("left out")))) {
        return true;
      }
    }
    return false;
  }

  /// What is left of findings without their places.
  private static List<String> words(Imported imported) {
    return imported.findings().stream()
        .map(finding -> finding.key() + ": " + finding.instead())
        .sorted()
        .toList();
  }

  private void assertNothingIsSilent(Path file, Mapping root, Writer writer, Reader reader)
      throws IOException {
    Files.writeString(file, writer.write(root));
    var whole = reader.read(file);
    var ways = new ArrayList<List<String>>();
    ways(root, List.of(), ways);
    int told = 0;
    int mapped = 0;
    var silent = new ArrayList<String>();
    for (var way : ways) {
      Files.writeString(file, writer.write((Mapping) Trees.replaced(root, way, Optional.empty())));
      var without = read(reader, file);
      if (isTold(whole, way)) {
        told++;
      } else if (without.isEmpty()
          || !without.get().document().equals(whole.document())
          || !words(without.get()).equals(words(whole))) {
        mapped++;
      } else if (AS_BY_DEFAULT.contains(String.join(".", way))) {
        mapped++;
      } else {
        silent.add(String.join(".", way));
      }
    }
    assertThat(silent).isEmpty();
    assertThat(told + mapped).isEqualTo(ways.size());
    assertThat(told).isGreaterThan(10);
    assertThat(mapped).isGreaterThan(10);
  }

  private static Optional<Imported> read(Reader reader, Path file) {
    try {
      return Optional.of(reader.read(file));
    } catch (ConfigException refused) {
      // The key matters so much that nothing is read without it.
      return Optional.empty();
    }
  }

  private interface Writer {
    String write(Mapping root);
  }

  private interface Reader {
    Imported read(Path file);
  }

  private static Object data(Node node) {
    return switch (node) {
      case Scalar scalar -> scalar.text();
      case Sequence list -> list.items().stream().map(ImportKeysTest::data).toList();
      case Mapping mapping -> {
        var map = new LinkedHashMap<String, Object>();
        mapping.entries().forEach((key, entry) -> map.put(key, data(entry.value())));
        yield map;
      }
    };
  }

  private static String ini(Mapping root) {
    var text = new StringBuilder();
    root.entries()
        .forEach((section, entry) -> {
          text.append('[').append(section).append("]\n");
          for (Map.Entry<String, Entry> key : ((Mapping) entry.value()).entries().entrySet()) {
            text.append(key.getKey())
                .append(" = ")
                .append(((Scalar) key.getValue().value()).text().replace("\n", "\n  "))
                .append('\n');
          }
        });
    return text.toString();
  }

  private static Source source(Path file) throws IOException {
    return new Source(file.toString(), file.getParent(), Files.readString(file), Source.Lines.TOLD);
  }

  @Test
  void everyKeyOfProcessComposeIsAFindingOrIsInTheResult() throws IOException {
    var file = directory.resolve("compose/process-compose.yaml");
    var root = ForeignYaml.read(source(file), Importer.LIMITS);
    assertNothingIsSilent(
        file, root, tree -> YamlWriter.write((Map<?, ?>) data(tree)), IMPORTER::processCompose);
  }

  @Test
  void everyKeyOfSupervisordIsAFindingOrIsInTheResult() throws IOException {
    var file = directory.resolve("supervisord/supervisord.conf");
    var root = IniFile.read(source(file), new ImportFindings());
    assertNothingIsSilent(file, root, ImportKeysTest::ini, IMPORTER::supervisord);
  }
}
