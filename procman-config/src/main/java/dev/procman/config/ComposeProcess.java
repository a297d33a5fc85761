package dev.procman.config;

import dev.procman.config.ForeignMapping.Text;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// Reads one process of a process-compose file.
final class ComposeProcess {
  /// The keys that each of procman's is made of.
  private static final Map<String, List<String>> FROM =
      Map.ofEntries(
          Map.entry("command", List.of("entrypoint", "command")),
          Map.entry("shell", List.of("command")),
          Map.entry("working_dir", List.of("working_dir")),
          Map.entry("environment", List.of("environment")),
          Map.entry("env_file", List.of("env_file")),
          Map.entry("depends_on", List.of("depends_on")),
          Map.entry("restart", List.of("availability")),
          Map.entry("readiness_probe", List.of("readiness_probe", "ready_log_line")),
          Map.entry("liveness_probe", List.of("readiness_probe")),
          Map.entry("start_timeout", List.of("readiness_probe")),
          Map.entry("shutdown", List.of("shutdown")),
          Map.entry("output", List.of("log_location", "log_configuration")),
          Map.entry("watch", List.of("watch")),
          Map.entry("success_codes", List.of("success_exit_codes")),
          Map.entry("launch", List.of("is_tty", "is_interactive")),
          Map.entry("labels", List.of("description", "namespace")));

  /// What all processes share.
  ///
  /// @param shell what runs commands
  /// @param environment variables of the project
  /// @param dotEnv the path of `.env`, if it is there
  /// @param logLength how many lines are kept in memory
  /// @param peers what is known of each process, by its name there, and of each instance
  record Shared(
      ImportTarget.Shell shell,
      List<Text> environment,
      Optional<String> dotEnv,
      Optional<Integer> logLength,
      Map<String, ComposePeer> peers) {}

  private final String name;
  private final String called;
  private final Place place;
  private final int replica;
  private final ForeignMapping keys;
  private final ComposeText text;
  private final Shared shared;
  private final ImportOrigins origins;
  private final ImportFindings findings;
  private final ComposeValues values;
  private final ImportTree process = new ImportTree();

  /// @param called what this instance is called here
  /// @param place where its name is
  ComposeProcess(
      String name,
      String called,
      int replica,
      Place place,
      ForeignMapping keys,
      ComposeText text,
      Shared shared,
      ImportOrigins origins,
      ImportFindings findings) {
    this.name = name;
    this.called = called;
    this.place = place;
    this.replica = replica;
    this.keys = keys;
    this.text = text;
    this.shared = shared;
    this.origins = origins;
    this.findings = findings;
    this.values = new ComposeValues(text, findings);
  }

  ImportTree read() {
    origins.process(called, ImportOrigins.in(keys, place, FROM));
    command();
    var directory = keys.text("working_dir").map(text::of);
    ImportTarget.workingDir(process, directory.orElse("."));
    new ComposeEnvironment(keys, text, shared, process, findings).read(directory);
    ImportTarget.environment(process, "PC_PROC_NAME", name);
    ImportTarget.environment(process, "PC_REPLICA_NUM", Integer.toString(replica));
    new ComposeDependencies(keys, shared.peers(), process, findings).read();
    var ends = new ComposeEnds(keys, values, shared.shell(), process, findings);
    ends.restart();
    new ComposeProbes(keys, text, process, findings, shared.shell()).read();
    ends.shutdown();
    var peer = shared.peers().get(name);
    new ComposeOutput(keys, values, shared.logLength(), process, findings)
        .read(replica, peer != null && peer.instances().size() > 1);
    watch(directory);
    codes();
    labels();
    demand();
    terminal();
    aside();
    ComposeValues.extensions(keys);
    keys.rest("left out: process-compose knows no such key either");
    return process;
  }

  private void command() {
    boolean plain = flag("is_template_disabled");
    var command = keys.text("command").filter(it -> !it.text().isEmpty());
    var entrypoint = keys.texts("entrypoint");
    if (command.isPresent()) {
      var line = plain ? text.unrenderedScript(command.get()) : text.script(command.get());
      ImportTarget.run(process, shared.shell(), line);
      if (!entrypoint.isEmpty()) {
        findings.add(
            entrypoint.getFirst().place(),
            keys.path("entrypoint"),
            "left out: there is a command too, which process-compose prefers");
      }
    } else if (!entrypoint.isEmpty()) {
      ImportTarget.exec(process, entrypoint.stream().map(text::unrendered).toList());
    } else {
      findings.add(keys.place(), keys.path("command"), "it does nothing: there is no command");
      ImportTarget.exec(process, List.of("true"));
    }
  }

  private void watch(Optional<String> directory) {
    keys.fields("watch")
        .ifPresent(watch -> new ComposeWatch(watch, process, directory, findings).read(text));
  }

  private void codes() {
    var codes = new TreeSet<Integer>();
    for (Text code : keys.texts("success_exit_codes")) {
      values.number(code).filter(it -> it >= 0 && it <= 255).ifPresent(codes::add);
    }
    if (!codes.isEmpty()) {
      codes.add(0);
      ImportTarget.successCodes(process, codes);
    }
  }

  private void labels() {
    var namespaces = keys.texts("namespace").stream().map(Text::text).toList();
    if (!namespaces.isEmpty()) {
      ImportTarget.label(process, "namespace", Template.escape(String.join(",", namespaces)));
    }
    keys.text("description")
        .ifPresent(it -> ImportTarget.label(process, "description", text.of(it)));
  }

  private void demand() {
    boolean disabled = flag("disabled");
    var alsoDisabled = keys.text("is_disabled").map(text::now).filter(it -> !it.isEmpty());
    boolean foreground = false;
    var field = keys.take("is_foreground");
    if (field.isPresent()
        && field.get().value() instanceof Node.Scalar word
        && ForeignWords.bool(word.text()).orElse(false)) {
      foreground = true;
      findings.add(
          word.place(), keys.path("is_foreground"), "started on demand: it gets no terminal");
    }
    boolean scheduled = false;
    var schedule = keys.fields("schedule");
    if (schedule.isPresent()) {
      boolean atOnce = schedule.get().text("run_on_start").map(values::isTrue).orElse(false);
      scheduled = !atOnce;
      schedule
          .get()
          .rest(
              atOnce
                  ? "left out: started once; start it again from a timer of the host"
                  : "left out: started on demand; start it from a timer of the host");
    }
    boolean off =
        alsoDisabled
            .filter(it -> it.equals("true") || it.equals("false"))
            .map(it -> it.equals("true"))
            .orElse(disabled);
    if (off || foreground || scheduled) {
      ImportTarget.onDemand(process);
    }
  }

  private void terminal() {
    for (String key : List.of("is_tty", "is_interactive")) {
      var flag = keys.text(key);
      if (flag.map(values::isTrue).orElse(false)) {
        ImportTarget.terminal(process);
        findings.add(
            flag.get().place(),
            flag.get().path(),
            "a terminal of 24 rows and 80 columns, which needs the Linux launcher");
      }
    }
  }

  private void aside() {
    keys.take("replicas");
    keys.cannot(
        "is_daemon",
        "left out: let it stay in the foreground; what goes to the background cannot be supervised");
    keys.cannot("launch_timeout_seconds", "left out: it concerns is_daemon only");
    keys.cannot("is_elevated", "left out: it runs as the user of the JVM");
    keys.cannot("disable_ansi_colors", "left out: lines are kept as the process prints them");
    keys.cannot("truncate_log", "left out: log files are added to");
    keys.cannot("mcp", "left out: there is no such server");
    keys.cannot("name", "left out: its key is its name");
    keys.text("monitor_for")
        .filter(it -> !it.text().equals("none"))
        .ifPresent(
            it -> findings.add(it.place(), it.path(), "left out: subscribe to output events"));
    keys.cannot("monitor_silence_threshold", "left out: it belongs to monitor_for");
    for (String key :
        List.of("original_config", "replica_num", "replica_name", "executable", "args")) {
      keys.cannot(key, "left out: process-compose sets it itself");
    }
  }

  private boolean flag(String key) {
    return keys.text(key).map(values::isTrue).orElse(false);
  }
}
