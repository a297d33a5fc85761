package dev.procman.config;

import dev.procman.Dependency;
import dev.procman.DependencyException;
import dev.procman.InvalidSpecException;
import dev.procman.config.Node.Entry;
import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Scalar;
import dev.procman.config.Node.Sequence;
import dev.procman.watch.FileWatch;
import dev.procman.watch.PathPattern;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Compares the parts of a project with each other: what is right for itself may still contradict
/// something elsewhere.
final class Checks {
  private static final KeyPath PROCESSES = KeyPath.of(ProjectKeys.PROCESSES.name());

  private final Mapping root;
  private final ProjectKeys.Draft draft;
  private final Problems problems;

  private Checks(Mapping root, ProjectKeys.Draft draft, Problems problems) {
    this.root = root;
    this.draft = draft;
    this.problems = problems;
  }

  static void all(Mapping root, ProjectKeys.Draft draft, SecurityPolicy policy, Problems problems) {
    var checks = new Checks(root, draft, problems);
    checks.groups();
    checks.dependencies();
    checks.cycles();
    checks.fixedPorts();
    checks.logFiles();
    draft
        .processes()
        .forEach((name, config) -> {
          checks.ports(name, config);
          new TemplateChecks(root, draft, problems, name).all();
          checks.watch(name, config);
          checks.spec(name, config);
          checks.security(name, config, policy);
        });
  }

  private void problem(
      KeyPath path, String text, String message, String expected, Optional<String> suggestion) {
    problems.add(place(path), path, Problems.cut(text), message, expected, suggestion);
  }

  private Place place(KeyPath path) {
    return Tree.closest(root, path.segments()).place();
  }

  private static KeyPath process(String name, String... keys) {
    var path = PROCESSES.key(name);
    for (String key : keys) {
      path = path.key(key);
    }
    return path;
  }

  private void groups() {
    draft
        .groups()
        .forEach((group, members) -> {
          for (int i = 0; i < members.size(); i++) {
            if (!draft.processes().containsKey(members.get(i))) {
              problem(
                  KeyPath.of(ProjectKeys.GROUPS.name(), group).item(i),
                  members.get(i),
                  "there is no process '" + members.get(i) + "'",
                  "one of " + known(),
                  Nearest.to(members.get(i), draft.processes().keySet()));
            }
          }
        });
  }

  private String known() {
    return Problems.cut(String.join(", ", draft.processes().keySet()));
  }

  private void dependencies() {
    draft
        .processes()
        .forEach((name, config) -> {
          for (Dependency dependency : config.dependsOn()) {
            if (!draft.processes().containsKey(dependency.process())) {
              problem(
                  process(name, "depends_on", dependency.process()),
                  dependency.process(),
                  "it depends on '" + dependency.process() + "', and there is no such process",
                  "one of " + known(),
                  Nearest.to(dependency.process(), draft.processes().keySet()));
            }
          }
        });
  }

  /// Each cycle once, at the dependency that closes it.
  private void cycles() {
    var done = new LinkedHashSet<String>();
    for (String start : draft.processes().keySet()) {
      walk(start, done);
    }
  }

  /// Not by recursion, since a chain may be as long as the project.
  private void walk(String start, Set<String> done) {
    var way = new ArrayList<String>();
    var next = new ArrayList<List<String>>();
    if (done.add(start)) {
      way.add(start);
      next.add(new ArrayList<>(targets(start)));
    }
    while (!way.isEmpty()) {
      var rest = next.getLast();
      if (rest.isEmpty()) {
        way.removeLast();
        next.removeLast();
        continue;
      }
      var target = rest.removeFirst();
      int known = way.indexOf(target);
      if (known >= 0) {
        cycle(way.subList(known, way.size()), target);
      } else if (done.add(target)) {
        way.add(target);
        next.add(new ArrayList<>(targets(target)));
      }
    }
  }

  private List<String> targets(String name) {
    return Optional.ofNullable(draft.processes().get(name)).stream()
        .flatMap(config -> config.dependsOn().stream())
        .map(Dependency::process)
        .filter(draft.processes()::containsKey)
        .toList();
  }

  private void cycle(List<String> way, String closing) {
    var shown = new ArrayList<>(way.size() > 10 ? way.subList(0, 10) : way);
    shown.add(way.size() > 10 ? "… -> " + closing : closing);
    problem(
        process(way.getLast(), "depends_on", closing),
        closing,
        "the dependencies go round in a circle: " + String.join(" -> ", shown),
        "one of them less",
        Optional.empty());
  }

  private void fixedPorts() {
    var taken = new HashMap<Integer, String>();
    draft
        .processes()
        .forEach((name, config) ->
            config
                .ports()
                .forEach((port, number) -> {
                  var before =
                      number == 0 ? null : taken.putIfAbsent(number, name + "'s '" + port + "'");
                  if (before != null) {
                    problem(
                        process(name, "ports", port),
                        number.toString(),
                        "the port " + number + " is " + before + " already",
                        "another number, or 0 for one leased from the system",
                        Optional.empty());
                  }
                }));
  }

  private void logFiles() {
    var known = new LogFiles();
    draft
        .processes()
        .forEach((name, config) -> {
          var files = config.output().files();
          for (int i = 0; i < files.size(); i++) {
            var at = process(name, "output", "files").item(i);
            var path = files.get(i).path().toString();
            known
                .add(name, files.get(i))
                .ifPresent(other ->
                    problem(
                        at,
                        path,
                        "'" + other + "' writes this file by other settings",
                        "the same settings as there, or a file of its own such as one with"
                            + " '${name}'",
                        Optional.empty()));
          }
        });
  }

  private void ports(String name, ProcessConfig config) {
    config.startupProbe().ifPresent(it -> probe(name, "startup_probe", it.check(), config));
    config.readinessProbe().ifPresent(it -> probe(name, "readiness_probe", it.check(), config));
    config.livenessProbe().ifPresent(it -> probe(name, "liveness_probe", it.check(), config));
  }

  private void probe(String name, String key, CheckConfig check, ProcessConfig config) {
    check(process(name, key), check, config);
  }

  private void check(KeyPath at, CheckConfig check, ProcessConfig config) {
    switch (check) {
      case CheckConfig.Http http -> port(at.key("http_get"), http.port(), config);
      case CheckConfig.Tcp tcp -> port(at.key("tcp"), tcp.port(), config);
      case CheckConfig.All all -> each(at.key("all"), all.checks(), config);
      case CheckConfig.Any any -> each(at.key("any"), any.checks(), config);
      case CheckConfig.Not not -> check(at.key("not"), not.check(), config);
      case CheckConfig.Weighted sum -> {
        for (int i = 0; i < sum.parts().size(); i++) {
          var part = at.key("weighted").key("parts").item(i).key("check");
          check(part, sum.parts().get(i).check(), config);
        }
      }
      case CheckConfig.Exec _,
          CheckConfig.Log _,
          CheckConfig.Resources _,
          CheckConfig.File _,
          CheckConfig.Uptime _ -> {}
      case CheckConfig.Notified _ -> notifications(at.key("notified"), config);
      case CheckConfig.Watchdog _ -> notifications(at.key("watchdog"), config);
    }
  }

  private void each(KeyPath at, List<CheckConfig> checks, ProcessConfig config) {
    for (int i = 0; i < checks.size(); i++) {
      check(at.item(i), checks.get(i), config);
    }
  }

  private void notifications(KeyPath at, ProcessConfig config) {
    if (!config.launch().notifications()) {
      problem(
          at,
          "",
          "it waits for what the process tells, and the process is not let tell anything",
          "the keys 'launch: {notifications: true}' beside the probe",
          Optional.empty());
    }
  }

  private void port(KeyPath at, Optional<String> port, ProcessConfig config) {
    var names = config.ports().keySet();
    if (port.isEmpty() && names.size() != 1) {
      problem(
          at,
          "",
          names.isEmpty()
              ? "it asks at the process's only port, and the process has none"
              : "it asks at the process's only port, and the process has several",
          "the key 'port'"
              + (names.isEmpty()
                  ? ", or a port under 'ports'"
                  : ", one of " + String.join(", ", names)),
          Optional.empty());
    } else if (port.isPresent() && !Scalars.isNumber(port.get()) && !names.contains(port.get())) {
      problem(
          at.key("port"),
          port.get(),
          "the process names no port '" + port.get() + "'",
          names.isEmpty() ? "one under 'ports', or a number" : "one of " + String.join(", ", names),
          Nearest.to(port.get(), names));
    }
  }

  /// A log that is watched restarts its process with each line. A process's own logs never count,
  /// so there only the watch of nothing else is an error.
  private void watch(String name, ProcessConfig config) {
    if (config.watch().isEmpty()) {
      return;
    }
    var watch = config.watch().get();
    draft
        .processes()
        .forEach((other, otherConfig) ->
            otherConfig
                .output()
                .files()
                .forEach(file -> {
                  var log = Path.of(file.path().toString().replace("${name}", other));
                  for (Path watched : watch.files().roots()) {
                    boolean own = other.equals(name);
                    if (log.startsWith(watched)
                        && (own ? isOnly(watch, watched, log) : selects(watch, watched, log))) {
                      problem(
                          process(name, "watch"),
                          log.toString(),
                          own
                              ? "it watches its own output '"
                                  + log
                                  + "', which never counts as a change"
                              : "it watches the output of '"
                                  + other
                                  + "', '"
                                  + log
                                  + "', and restarts with each line of it",
                          "other files, or this one under 'exclude'",
                          Optional.empty());
                    }
                  }
                }));
  }

  private static boolean isOnly(FileWatch watch, Path watched, Path log) {
    var includes = watch.files().selection().includes();
    var relative = relative(watched, log);
    return log.equals(watched)
        || (includes.size() == 1
            && includes.getFirst() instanceof PathPattern.Glob(String glob)
            && glob.replace("\\", "").equals("/" + relative));
  }

  private static boolean selects(FileWatch watch, Path watched, Path log) {
    var selection = watch.files().selection();
    var relative = relative(watched, log);
    boolean noise = relative.toLowerCase(Locale.ROOT).matches(".*\\.log(\\.\\d+)?");
    if (noise && !selection.noise()) {
      return false;
    }
    boolean included =
        selection.includes().isEmpty()
            || selection.includes().stream()
                .anyMatch(each -> each.compiled().matcher(relative).matches());
    return included && selection.excludes().stream().noneMatch(each -> excludes(each, relative));
  }

  /// What lies in an excluded directory is excluded.
  private static boolean excludes(PathPattern pattern, String relative) {
    var compiled = pattern.compiled();
    for (int slash = relative.indexOf('/'); slash >= 0; slash = relative.indexOf('/', slash + 1)) {
      if (compiled.matcher(relative.substring(0, slash)).matches()) {
        return true;
      }
    }
    return compiled.matcher(relative).matches();
  }

  private static String relative(Path root, Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }

  /// What only a whole specification can tell.
  private void spec(String name, ProcessConfig config) {
    if (!problems.isEmpty()) {
      return;
    }
    try {
      var _ = config.toSpec(name);
    } catch (InvalidSpecException wrong) {
      var field = wrong.field().substring(wrong.field().lastIndexOf('.') + 1);
      var key = field.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
      problem(process(name, key), "", Problems.words(wrong), "", Optional.empty());
    } catch (DependencyException wrong) {
      problem(process(name, "depends_on"), "", Problems.words(wrong), "", Optional.empty());
    }
  }

  private void security(String name, ProcessConfig config, SecurityPolicy policy) {
    for (SecurityRule rule : policy.rules()) {
      rule.check(
          name,
          config,
          (key, violation, remedy) -> {
            var path = process(name);
            for (String segment : KeyPath.parse(key).orElse(List.of(key))) {
              path = path.key(segment);
            }
            violation(path, rule.name(), violation, remedy);
          });
    }
    if (policy.has(SecurityPolicy.ARGUMENTS)) {
      for (String key : List.of("command", "shell")) {
        Tree.find(root, process(name, key).segments())
            .filter(Checks::holdsSecret)
            .ifPresent(_ ->
                violation(
                    process(name, key),
                    SecurityPolicy.ARGUMENTS,
                    "an argument holds a password, and everybody on the machine can read it",
                    "pass it in the environment, under 'secrets'"));
      }
    }
  }

  private void violation(KeyPath path, String rule, String violation, String remedy) {
    problem(
        path,
        "",
        "the security rule '" + rule + "': " + violation + "; remedy: " + remedy,
        "",
        Optional.empty());
  }

  private static boolean holdsSecret(Node node) {
    return switch (node) {
      case Scalar scalar -> scalar.secret();
      case Sequence list -> list.items().stream().anyMatch(Checks::holdsSecret);
      case Mapping mapping ->
          mapping.entries().values().stream().map(Entry::value).anyMatch(Checks::holdsSecret);
    };
  }
}
