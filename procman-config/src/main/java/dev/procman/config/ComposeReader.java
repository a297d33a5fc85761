package dev.procman.config;

import dev.procman.config.Node.Entry;
import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Scalar;
import dev.procman.config.Node.Sequence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads a process-compose project, its files merged: what concerns all processes, and how many
/// instances there are of each.
final class ComposeReader {
  private final Mapping project;
  private final Optional<String> dotEnvFile;
  private final Map<String, String> dotEnv;
  private final Map<String, String> environment;
  private final Set<String> used = new HashSet<>();
  private final ImportOrigins origins;
  private final ImportFindings findings;

  /// @param dotEnvFile `.env` beside the file, if it is there
  /// @param dotEnv what it holds
  /// @param environment the environment of this JVM
  ComposeReader(
      Mapping project,
      Optional<String> dotEnvFile,
      Map<String, String> dotEnv,
      Map<String, String> environment,
      ImportOrigins origins,
      ImportFindings findings) {
    this.project = project;
    this.origins = origins;
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
    all.take("version")
        .ifPresent(it -> all.tell(it, "version", "left out: procman's files have no version"));
    all.cannot("is_strict", "left out: unknown keys are always errors");
    boolean expanding =
        !all.text("disable_env_expansion").map(it -> isTrue(it.text())).orElse(false);
    var vars = scalars(all.take("vars"), "vars");
    var plain = new ComposeText(expanding, texts(vars), this::variable, findings);
    var shell = shell(all, plain);
    var variables = all.texts("environment");
    var lines = all.text("log_length").flatMap(text -> ForeignWords.number(plain.now(text)));
    aside(all);
    var extensions = new LinkedHashMap<String, Object>();
    for (String key : all.keys()) {
      if (key.startsWith("x-")) {
        all.take(key).ifPresent(entry -> extensions.put(key, data(entry.value())));
      }
    }
    var processes = all.take("processes");
    all.rest("left out: process-compose knows no such key either");
    var title = name.map(plain::unrendered).filter(it -> !it.isEmpty());
    if (!(processes.map(Entry::value).orElse(null) instanceof Mapping mapping)) {
      return Imported.of(title, Map.of(), Map.of(), extensions, findings);
    }
    var each = ComposeMerge.extended(mapping.entries());
    var names = ImportNames.of(each.keySet());
    var peers = peers(each, names, plain);
    var shared = new ComposeProcess.Shared(shell, variables, dotEnvFile, lines, peers);
    var made = new LinkedHashMap<String, ImportTree>();
    var groups = new LinkedHashMap<String, List<String>>();
    each.forEach((process, entry) -> {
      var path = "processes." + process;
      var called = names.getOrDefault(process, process);
      ImportNames.tell(findings, entry.keyPlace(), path, process, called);
      if (!(entry.value() instanceof Mapping own)) {
        findings.add(entry.keyPlace(), path, "left out: it is no mapping");
        return;
      }
      var peer = peers.get(process);
      var instances = peer == null ? List.<String>of() : peer.instances();
      for (int i = 0; i < instances.size(); i++) {
        var instance = instances.get(i);
        var tree = process(process, instance, i, entry.keyPlace(), own, expanding, vars, shared);
        if (made.put(instance, tree) != null) {
          findings.add(
              entry.keyPlace(), path, "'" + instance + "' is there twice: this one counts");
        }
      }
      if (instances.size() > 1) {
        groups.put(called, instances);
      }
    });
    used.addAll(plain.used());
    tellUnused(vars, used, "vars");
    return Imported.of(title, made, groups, extensions, findings);
  }

  /// Texts, lists and mappings as they are.
  private static Object data(Node node) {
    return switch (node) {
      case Scalar scalar -> scalar.text();
      case Sequence list -> list.items().stream().map(ComposeReader::data).toList();
      case Mapping mapping -> {
        var map = new LinkedHashMap<String, Object>();
        mapping.entries().forEach((key, entry) -> map.put(key, data(entry.value())));
        yield map;
      }
    };
  }

  private Map<String, ComposePeer> peers(
      Map<String, Entry> processes, Map<String, String> names, ComposeText text) {
    var peers = new LinkedHashMap<String, ComposePeer>();
    var instances = new LinkedHashMap<String, ComposePeer>();
    processes.forEach((process, entry) -> {
      if (entry.value() instanceof Mapping own) {
        var called = instances(names.getOrDefault(process, process), process, entry, text);
        var peer = ComposePeer.of(own, called, text, "processes." + process);
        peers.put(process, peer);
        if (called.size() > 1) {
          called.forEach(one ->
              instances.put(
                  one,
                  new ComposePeer(
                      List.of(one), peer.deferred(), peer.ready(), peer.live(), peer.line())));
        }
      }
    });
    instances.forEach(peers::putIfAbsent);
    return peers;
  }

  private ImportTree process(
      String name,
      String called,
      int replica,
      Place place,
      Mapping own,
      boolean expanding,
      Map<String, Scalar> vars,
      ComposeProcess.Shared shared) {
    var reading = new ForeignMapping("processes." + name, own, findings);
    var known = texts(vars);
    var variables = scalars(reading.take("vars"), reading.path("vars"));
    known.putAll(texts(variables));
    known.put("PC_REPLICA_NUM", Integer.toString(replica));
    var text = new ComposeText(expanding, known, this::variable, findings);
    var tree =
        new ComposeProcess(name, called, replica, place, reading, text, shared, origins, findings)
            .read();
    tellUnused(variables, text.used(), reading.path("vars"));
    used.addAll(text.used());
    return tree;
  }

  private void tellUnused(Map<String, Scalar> variables, Set<String> named, String path) {
    variables.forEach((variable, value) -> {
      if (!named.contains(variable)) {
        findings.add(value.place(), path + "." + variable, "left out: no template names it");
      }
    });
  }

  private static Map<String, String> texts(Map<String, Scalar> scalars) {
    var texts = new LinkedHashMap<String, String>();
    scalars.forEach((name, scalar) -> texts.put(name, scalar.text()));
    return texts;
  }

  private List<String> instances(String called, String name, Entry process, ComposeText text) {
    if (!(process.value() instanceof Mapping mapping)
        || !(mapping.find("replicas").orElse(null) instanceof Scalar count)) {
      return List.of(called);
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
      return List.of(called);
    }
    int width = Integer.toString(replicas).length();
    var names = new ArrayList<String>();
    for (int i = 0; i < replicas; i++) {
      names.add(called + "-" + ("%0" + width + "d").formatted(i));
    }
    return names;
  }

  private ImportTarget.Shell shell(ForeignMapping all, ComposeText text) {
    var shell = all.fields("shell");
    var command =
        shell
            .flatMap(keys -> keys.text("shell_command"))
            .map(text::unrendered)
            .or(() -> Optional.ofNullable(environment.get("COMPOSE_SHELL")).map(Template::escape))
            .orElse("bash");
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
  private Map<String, Scalar> scalars(Optional<Entry> entry, String path) {
    var all = new LinkedHashMap<String, Scalar>();
    entry.ifPresent(present -> scalars("", present.value(), path, all));
    return all;
  }

  private void scalars(String prefix, Node value, String path, Map<String, Scalar> all) {
    switch (value) {
      case Scalar scalar -> all.put(prefix, scalar);
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
