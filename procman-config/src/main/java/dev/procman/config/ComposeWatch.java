package dev.procman.config;

import dev.procman.config.ForeignMapping.Text;
import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads the watch of a process of process-compose.
final class ComposeWatch {
  /// Those that are no noise to procman by itself.
  private static final List<String> DEFAULT_EXCLUDES =
      List.of(
          "vendor",
          "target",
          "dist",
          "build",
          "bin",
          ".venv",
          "venv",
          "__pycache__",
          ".mypy_cache",
          ".pytest_cache",
          ".next",
          ".nuxt",
          ".terraform",
          ".gradle",
          ".direnv",
          "result");

  private static final Pattern DURATION =
      Pattern.compile("(?=.)([0-9]{1,9}h)?([0-9]{1,9}m)?([0-9]{1,9}s)?([0-9]{1,9}ms)?");

  private final ForeignMapping watch;
  private final ImportTree process;
  private final Optional<String> directory;
  private final ImportFindings findings;

  ComposeWatch(
      ForeignMapping watch,
      ImportTree process,
      Optional<String> directory,
      ImportFindings findings) {
    this.watch = watch;
    this.process = process;
    this.directory = directory;
    this.findings = findings;
  }

  void read(ComposeText text) {
    var roots = new ArrayList<String>();
    var includes = new ArrayList<List<String>>();
    var excludes = new ArrayList<List<String>>();
    var paths = watch.take("paths");
    if (paths.isPresent() && paths.get().value() instanceof Sequence list) {
      for (Node item : list.items()) {
        if (item instanceof Mapping mapping) {
          var root = new ForeignMapping(watch.path("paths"), mapping, findings);
          root.text("path").map(text::unrendered).ifPresent(roots::add);
          includes.add(root.texts("include").stream().map(Text::text).toList());
          excludes.add(root.texts("exclude").stream().map(Text::text).toList());
          root.rest("left out: a path has no such key");
        } else {
          findings.add(item.place(), watch.path("paths"), "left out: it is no mapping");
        }
      }
    }
    boolean bare =
        watch
            .text("disable_default_excludes")
            .flatMap(it -> ForeignWords.bool(text.now(it)))
            .orElse(false);
    boolean cascade =
        watch.text("cascade").flatMap(it -> ForeignWords.bool(text.now(it))).orElse(false);
    var debounce = watch.text("debounce").flatMap(it -> duration(it, text));
    watch.cannot("max_entries", "left out: the system's own limit counts");
    watch.cannot("buffer_size", "left out: it concerns Windows only");
    watch.rest("left out: a watch has no such key");
    if (roots.isEmpty()) {
      findings.add(watch.place(), watch.path("paths"), "left out: nothing is watched");
      return;
    }
    if (Set.copyOf(includes).size() > 1 || Set.copyOf(excludes).size() > 1) {
      findings.add(
          watch.place(), watch.path("paths"), "the patterns of one path count for all of them");
    }
    ImportTarget.watch(
        process,
        new ImportTarget.Watch(
            roots.stream().map(this::absolute).toList(),
            globs(includes),
            globs(excludes, bare),
            bare,
            cascade,
            debounce));
  }

  private Optional<String> duration(Text debounce, ComposeText text) {
    var quiet = text.now(debounce);
    if (DURATION.matcher(quiet).matches()) {
      return Optional.of(quiet);
    }
    findings.add(
        debounce.place(),
        debounce.path(),
        "left out: '" + quiet + "' is no duration such as 1m30s");
    return Optional.empty();
  }

  private String absolute(String root) {
    return root.startsWith("/") ? root : directory.map(base -> base + "/" + root).orElse(root);
  }

  /// With patterns for one path only, all files of the others would be left out.
  private static List<String> globs(List<List<String>> includes) {
    return includes.stream().anyMatch(List::isEmpty)
        ? List.of()
        : includes.stream().flatMap(List::stream).distinct().map(Template::escape).toList();
  }

  private static List<String> globs(List<List<String>> excludes, boolean bare) {
    var all =
        new ArrayList<>(excludes.stream().flatMap(List::stream).map(Template::escape).toList());
    if (!bare) {
      all.addAll(DEFAULT_EXCLUDES);
    }
    return all.stream().distinct().toList();
  }
}
