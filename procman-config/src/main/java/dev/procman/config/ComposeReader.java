package dev.procman.config;

import dev.procman.config.Node.Entry;
import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Scalar;
import dev.procman.config.Node.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads a process-compose project, its files merged: what concerns all processes, and how many
/// instances there are of each.
final class ComposeReader {
  private final Mapping project;
  private final Optional<String> dotEnvFile;
  private final Map<String, String> dotEnv;
  private final Map<String, String> environment;
  private final ImportFindings findings;

  /// @param dotEnvFile `.env` beside the file, if it is there
  /// @param dotEnv what it holds
  /// @param environment the environment of this JVM
  ComposeReader(
      Mapping project,
      Optional<String> dotEnvFile,
      Map<String, String> dotEnv,
      Map<String, String> environment,
      ImportFindings findings) {
    this.project = project;
    this.dotEnvFile = dotEnvFile;
    this.dotEnv = dotEnv;
    this.environment = environment;
    this.findings = findings;
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(dotEnv.get(name))
        .or(() -> Optional.ofNullable(environment.get(name)));
  }

  Imported read() {
    var all = new ForeignMapping("", project, findings);
    var name = all.text("name");
    all.take("version");
    all.take("is_strict");
    boolean expanding =
        !all.text("disable_env_expansion").map(it -> isTrue(it.text())).orElse(false);
    var vars = scalars(all.take("vars"), "vars");
    var plain = new ComposeText(expanding, vars, this::variable, findings);
    var shared =
        new ComposeProcess.Shared(
            shell(all, plain),
            all.texts("environment"),
            dotEnvFile,
            all.text("log_length").flatMap(text -> ForeignWords.number(plain.now(text))));
    aside(all);
    var processes = all.take("processes");
    all.rest("left out: process-compose knows no such key either");
    if (!(processes.map(Entry::value).orElse(null) instanceof Mapping mapping)) {
      return Imported.of(name.map(plain::unrendered), Map.of(), Map.of(), findings);
    }
    var each = ComposeMerge.extended(mapping.entries());
    var instances = new LinkedHashMap<String, List<String>>();
    each.forEach((process, entry) -> instances.put(process, instances(process, entry, plain)));
    var made = new LinkedHashMap<String, ImportTree>();
    each.forEach((process, entry) -> {
      if (entry.value() instanceof Mapping own) {
        var names = instances.getOrDefault(process, List.of());
        for (int i = 0; i < names.size(); i++) {
          made.put(names.get(i), process(process, i, own, expanding, vars, shared, instances));
        }
      } else {
        findings.add(entry.keyPlace(), "processes." + process, "left out: it is no mapping");
      }
    });
    var groups = new LinkedHashMap<String, List<String>>();
    instances.forEach((process, names) -> {
      if (names.size() > 1) {
        groups.put(process, names);
      }
    });
    return Imported.of(name.map(plain::unrendered), made, groups, findings);
  }

  private ImportTree process(
      String name,
      int replica,
      Mapping own,
      boolean expanding,
      Map<String, String> vars,
      ComposeProcess.Shared shared,
      Map<String, List<String>> instances) {
    var reading = new ForeignMapping("processes." + name, own, findings);
    var known = new LinkedHashMap<>(vars);
    known.putAll(scalars(reading.take("vars"), reading.path("vars")));
    known.put("PC_REPLICA_NUM", Integer.toString(replica));
    var text = new ComposeText(expanding, known, this::variable, findings);
    return new ComposeProcess(name, replica, reading, text, shared, instances, findings).read();
  }

  private List<String> instances(String name, Entry process, ComposeText text) {
    if (!(process.value() instanceof Mapping mapping)
        || !(mapping.find("replicas").orElse(null) instanceof Scalar count)) {
      return List.of(name);
    }
    var at = mapping.keyPlace("replicas");
    var path = "processes." + name + ".replicas";
    int replicas =
        ForeignWords.number(text.now(new ForeignMapping.Text(at, path, count.text()))).orElse(1);
    if (replicas > 1000) {
      findings.add(at, path, "1000 of them, the most there may be");
      replicas = 1000;
    }
    if (replicas <= 1) {
      return List.of(name);
    }
    int width = Integer.toString(replicas).length();
    var names = new ArrayList<String>();
    for (int i = 0; i < replicas; i++) {
      names.add(name + "-" + ("%0" + width + "d").formatted(i));
    }
    return names;
  }

  private ImportTarget.Shell shell(ForeignMapping all, ComposeText text) {
    var shell = all.fields("shell");
    var command =
        shell.flatMap(keys -> keys.text("shell_command")).map(text::unrendered).orElse("bash");
    var argument =
        shell.flatMap(keys -> keys.text("shell_argument")).map(text::unrendered).orElse("-c");
    shell.ifPresent(keys -> {
      keys.cannot("elevated_shell_command", "left out: nothing runs as another user");
      keys.cannot("elevated_shell_argument", "left out: nothing runs as another user");
      keys.rest("left out: a shell has no such key");
    });
    return new ImportTarget.Shell(command, argument);
  }

  /// Keys that concern process-compose itself.
  private void aside(ForeignMapping all) {
    all.cannot(
        "log_location",
        "left out: there is no file for all processes; name one for each, or set output.log");
    all.cannot("log_configuration", "left out: it belongs to log_location");
    all.cannot("log_level", "left out: configure the host's SLF4J");
    all.cannot("log_format", "left out: configure the host's SLF4J");
    all.cannot("is_tui_disabled", "left out: there is no terminal interface");
    all.cannot(
        "env_cmds", "left out: set the variables in the environment or in .env before loading");
    all.cannot("mcp_server", "left out: there is no such server");
    for (String key : List.of("file_names", "env_file_names", "dot_env_vars")) {
      all.cannot(key, "left out: process-compose sets it itself");
    }
    all.text("ordered_shutdown")
        .filter(text -> ForeignWords.isFalse(text.text()))
        .ifPresent(text ->
            findings.add(
                text.place(),
                text.path(),
                "processes are always stopped in reverse order of dependency"));
  }

  /// All scalars below a key, by their dotted names.
  private Map<String, String> scalars(Optional<Entry> entry, String path) {
    var all = new LinkedHashMap<String, String>();
    entry.ifPresent(present -> scalars("", present.value(), path, all));
    return all;
  }

  private void scalars(String prefix, Node value, String path, Map<String, String> all) {
    switch (value) {
      case Scalar scalar -> all.put(prefix, scalar.text());
      case Mapping mapping ->
          mapping
              .entries()
              .forEach((key, entry) ->
                  scalars(
                      prefix.isEmpty() ? key : prefix + "." + key,
                      entry.value(),
                      path + "." + key,
                      all));
      case Sequence list ->
          findings.add(
              list.place(), path, "left out: lists have no use without loops in templates");
    }
  }

  private static boolean isTrue(String text) {
    return ForeignWords.bool(text).orElse(false);
  }
}
