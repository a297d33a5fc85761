package dev.procman.config;

import dev.procman.ListenSocket;
import dev.procman.StandardInput;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Refuses that a process works, writes, listens or watches elsewhere than in directories of its
/// own, which are made for it, and in those that the host allows.
///
/// @param allowed those
record AllowedDirectories(Set<Path> allowed) implements SecurityRule {
  /// Where templates may be filled in later: what they stand for has no `/`.
  private static final Pattern PLAIN = Pattern.compile("name|port\\..*");

  private static final Pattern OWN = Pattern.compile("(dir|data)\\.[^{}/]*");
  private static final Pattern UP = Pattern.compile("(^|/)\\.\\.(/|$)");

  @Override
  public String name() {
    return "directories";
  }

  @Override
  public void check(String process, ProcessConfig config, Report report) {
    config.workingDir().ifPresent(path -> check("working_dir", "it works in", path, report));
    config.files().keySet().forEach(path -> file(path, config, report));
    if (config.stdin() instanceof StandardInput.File file) {
      check("stdin", "it reads", absolute(file.path(), config), report);
    }
    config
        .output()
        .files()
        .forEach(file -> check("output.files", "it logs to", file.path().toString(), report));
    for (ListenSocket socket : config.launch().sockets()) {
      if (socket instanceof ListenSocket.Unix unix) {
        check("launch.sockets", "it listens at", unix.path(), report);
      }
    }
    config
        .watch()
        .ifPresent(watch ->
            watch
                .files()
                .roots()
                .forEach(root ->
                    check("watch", "it watches", Template.escape(root.toString()), report)));
  }

  /// Relative to the working directory, which is checked for itself.
  private void file(String path, ProcessConfig config, Report report) {
    check("files", "it writes", absolute(path, config), report);
  }

  private static String absolute(String path, ProcessConfig config) {
    boolean relative = Template.firstIn(path) != 0 && !path.startsWith("/");
    return relative ? config.workingDir().map(base -> base + "/" + path).orElse(path) : path;
  }

  private void check(String key, String does, String template, Report report) {
    if (!isAllowed(template)) {
      report.violation(
          key,
          does
              + " '"
              + Problems.cut(Template.unescape(template))
              + "', which lies outside of its own and the allowed directories",
          "use a path that begins with ${dir.NAME} or ${data.NAME}, or have the host allow it:"
              + " allowDirectories(...)");
    }
  }

  private boolean isAllowed(String template) {
    if (UP.matcher(template).find()) {
      return false;
    }
    var names = Template.names(template);
    if (Template.firstIn(template) == 0 && OWN.matcher(names.getFirst()).matches()) {
      var rest = template.substring(template.indexOf('}') + 1);
      return (rest.isEmpty() || rest.startsWith("/")) && arePlain(names.subList(1, names.size()));
    }
    return arePlain(names) && isBelow(Template.unescape(withoutTemplates(template)));
  }

  private static boolean arePlain(List<String> names) {
    return names.stream().allMatch(name -> PLAIN.matcher(name).matches());
  }

  private static String withoutTemplates(String template) {
    var text = template;
    for (int at = Template.firstIn(text); at >= 0; at = Template.firstIn(text)) {
      int end = at + Template.at(text, at).length();
      text = text.substring(0, at) + "x" + text.substring(end);
    }
    return text;
  }

  private boolean isBelow(String literal) {
    try {
      var path = Path.of(literal);
      if (!path.isAbsolute()) {
        return false;
      }
      var real = real(path.normalize());
      return allowed.stream().map(AllowedDirectories::real).anyMatch(real::startsWith);
    } catch (InvalidPathException noPath) {
      return false;
    }
  }

  /// Where it leads, as far as it is there.
  private static Path real(Path path) {
    for (Path there = path; there != null; there = there.getParent()) {
      try {
        return there.toRealPath().resolve(there.relativize(path)).normalize();
      } catch (IOException notThere) {
        // Then what is around it.
      }
    }
    return path;
  }
}
