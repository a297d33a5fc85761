package dev.procman.config;

import dev.procman.Signal;
import dev.procman.config.ForeignMapping.Text;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// Reads one process of a process-compose file.
final class ComposeProcess {
  private static final String INSTANCE = "{PC_REPLICA_NUM}";
  private static final String STARTED = "process_started";
  private static final String COMPLETED = "process_completed_successfully";

  /// What all processes share.
  ///
  /// @param shell what runs commands
  /// @param environment variables of the project
  /// @param dotEnv the path of `.env`, if it is there
  /// @param logLength how many lines are kept in memory
  record Shared(
      ImportTarget.Shell shell,
      List<Text> environment,
      Optional<String> dotEnv,
      Optional<Integer> logLength) {}

  private final String name;
  private final int replica;
  private final ForeignMapping keys;
  private final ComposeText text;
  private final Shared shared;
  private final Map<String, List<String>> instances;
  private final ImportFindings findings;
  private final ImportTree process = new ImportTree();

  ComposeProcess(
      String name,
      int replica,
      ForeignMapping keys,
      ComposeText text,
      Shared shared,
      Map<String, List<String>> instances,
      ImportFindings findings) {
    this.name = name;
    this.replica = replica;
    this.keys = keys;
    this.text = text;
    this.shared = shared;
    this.instances = instances;
    this.findings = findings;
  }

  ImportTree read() {
    command();
    var directory = keys.text("working_dir").map(text::of);
    ImportTarget.workingDir(process, directory.orElse("."));
    environment(directory);
    dependencies();
    availability();
    new ComposeProbes(keys, text, process, findings, shared.shell()).read();
    shutdown();
    output();
    watch(directory);
    codes();
    labels();
    demand();
    aside();
    keys.rest("left out: process-compose knows no such key either");
    return process;
  }

  private void command() {
    boolean plain = flag("is_template_disabled");
    var command = keys.text("command").filter(it -> !it.text().isEmpty());
    var entrypoint = keys.texts("entrypoint");
    if (command.isPresent()) {
      var line = plain ? text.unrendered(command.get()) : text.of(command.get());
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

  private void environment(Optional<String> directory) {
    boolean noDotEnv = flag("is_dotenv_disabled");
    if (!noDotEnv) {
      shared.dotEnv().ifPresent(path -> ImportTarget.envFile(process, path));
    }
    keys.text("env_file")
        .ifPresent(file -> {
          var path = text.unrendered(file);
          boolean relative = !path.startsWith("/");
          ImportTarget.envFile(
              process, relative ? directory.map(base -> base + "/" + path).orElse(path) : path);
          if (!shared.environment().isEmpty()) {
            findings.add(
                file.place(), file.path(), "variables of the project's environment win over it");
          }
        });
    variables(shared.environment());
    variables(keys.texts("environment"));
    ImportTarget.environment(process, "PC_PROC_NAME", name);
    ImportTarget.environment(process, "PC_REPLICA_NUM", Integer.toString(replica));
  }

  private void variables(List<Text> pairs) {
    for (Text pair : pairs) {
      int equals = pair.text().indexOf('=');
      if (equals < 1) {
        findings.add(pair.place(), pair.path(), "left out: it is no NAME=value");
        continue;
      }
      var value = new Text(pair.place(), pair.path(), pair.text().substring(equals + 1));
      ImportTarget.environment(process, pair.text().substring(0, equals), text.of(value));
    }
  }

  private void dependencies() {
    keys.fields("depends_on")
        .ifPresent(dependencies -> {
          var named = dependencies.keys();
          for (String other : named) {
            var condition = dependencies.fields(other).map(this::condition).orElse(STARTED);
            for (String instance : instances.getOrDefault(other, List.of(other))) {
              // What is said of one instance counts more than what is said of all.
              if (instance.equals(other) || !named.contains(instance)) {
                ImportTarget.dependsOn(process, instance, condition);
              }
            }
          }
        });
  }

  private String condition(ForeignMapping dependency) {
    var condition = dependency.text("condition").map(this::condition).orElse(STARTED);
    dependency.rest("left out: a dependency has no such key");
    return condition;
  }

  private String condition(Text condition) {
    return switch (condition.text()) {
      case STARTED -> STARTED;
      case "process_healthy", "process_log_ready" -> "process_healthy";
      case COMPLETED -> COMPLETED;
      case "process_completed" -> {
        findings.add(
            condition.place(),
            condition.path(),
            "waits for a success: after a failure it is skipped");
        yield COMPLETED;
      }
      default -> {
        findings.add(
            condition.place(),
            condition.path(),
            "waits for the start: '" + condition.text() + "' is no condition");
        yield STARTED;
      }
    };
  }

  private void availability() {
    var availability = keys.fields("availability");
    var restart = availability.flatMap(it -> it.text("restart"));
    var mode = restart.map(text::now).orElse("no");
    int backoff =
        availability.flatMap(it -> it.text("backoff_seconds")).flatMap(this::number).orElse(1);
    int most = availability.flatMap(it -> it.text("max_restarts")).flatMap(this::number).orElse(0);
    availability.ifPresent(it -> {
      it.cannot("exit_on_end", "left out: the others go on; close the manager when it ends");
      it.cannot(
          "exit_on_skipped", "left out: the others go on; close the manager when it is skipped");
      it.rest("left out: availability has no such key");
    });
    if (most > 1000) {
      restart.ifPresent(it ->
          findings.add(
              it.place(),
              keys.path("availability.max_restarts"),
              "no limit: 1000 is the most that is counted"));
    }
    int limit = most > 1000 ? 0 : Math.max(0, most);
    switch (mode) {
      case "always", "on_failure" ->
          ImportTarget.restartFixed(process, mode.equals("always"), Math.max(1, backoff), limit);
      default -> {
        ImportTarget.noRestart(process);
        restart
            .filter(_ -> !ForeignWords.isFalse(mode))
            .ifPresent(it ->
                findings.add(
                    it.place(),
                    it.path(),
                    mode.equals("exit_on_failure")
                        ? "not restarted, and the others go on; close the manager when it fails"
                        : "not restarted: '" + mode + "' is no such mode"));
      }
    }
  }

  private void shutdown() {
    var shutdown = keys.fields("shutdown");
    var command = shutdown.flatMap(it -> it.text("command")).filter(it -> !it.text().isEmpty());
    var typed = shutdown.flatMap(it -> it.text("send_keys")).filter(it -> !it.text().isEmpty());
    var signal = shutdown.flatMap(it -> it.text("signal"));
    boolean leader = shutdown.flatMap(it -> it.text("parent_only")).map(this::isTrue).orElse(false);
    int timeout =
        shutdown
            .flatMap(it -> it.text("timeout_seconds"))
            .flatMap(this::number)
            .filter(it -> it > 0)
            .orElse(10);
    var patience = timeout + "s";
    if (command.isPresent()) {
      ImportTarget.stopByCommand(process, shared.shell(), text.unrendered(command.get()), patience);
      typed.ifPresent(
          it -> findings.add(it.place(), it.path(), "left out: there is a command too"));
    } else if (typed.isPresent()) {
      ImportTarget.stopByText(
          process, Template.escape(Escapes.decode(typed.get().text())), patience);
    } else {
      ImportTarget.stopBySignal(
          process, signal.map(this::signal).orElse(Signal.TERM).name(), leader, patience);
    }
    shutdown.ifPresent(it -> it.rest("left out: shutdown has no such key"));
  }

  private Signal signal(Text text) {
    return number(text)
        .filter(it -> it != 0)
        .map(number ->
            Signal.ofNumber(number)
                .orElseGet(() -> {
                  findings.add(
                      text.place(),
                      text.path(),
                      "TERM in its place: procman sends no signal " + number);
                  return Signal.TERM;
                }))
        .orElse(Signal.TERM);
  }

  private void output() {
    shared
        .logLength()
        .filter(it -> it > 0)
        .ifPresent(lines -> ImportTarget.retainedLines(process, lines));
    var location = keys.text("log_location").filter(it -> !it.text().isEmpty());
    var configuration = keys.fields("log_configuration");
    var rotation = configuration.flatMap(it -> it.fields("rotation"));
    long megabytes = rotation.flatMap(it -> it.text("max_size_mb")).flatMap(this::number).orElse(0);
    int backups = rotation.flatMap(it -> it.text("max_backups")).flatMap(this::number).orElse(0);
    location.ifPresent(it -> ImportTarget.logFile(process, logPath(it), megabytes << 20, backups));
    rotation.ifPresent(it -> {
      it.cannot(
          "max_age_days", "left out: rotated files are kept by their number, not by their age");
      it.cannot("compress", "left out: rotated files are not compressed");
      it.cannot("directory", "left out: log_location is the file");
      it.cannot("filename", "left out: log_location is the file");
      it.rest("left out: rotation has no such key");
    });
    configuration.ifPresent(it -> {
      if (location.isEmpty()) {
        findings.add(
            it.place(), keys.path("log_configuration"), "left out: there is no log_location");
      }
      for (String key :
          List.of(
              "fields_order",
              "disable_json",
              "timestamp_format",
              "no_color",
              "no_metadata",
              "add_timestamp",
              "flush_each_line")) {
        it.take(key)
            .ifPresent(field ->
                it.tell(field, key, "left out: lines are written as the process prints them"));
      }
      it.rest("left out: log_configuration has no such key");
    });
  }

  private String logPath(Text location) {
    var path = text.of(location);
    var number = Integer.toString(replica);
    if (path.contains(INSTANCE)) {
      return path.replace(INSTANCE, number);
    }
    return instances.getOrDefault(name, List.of()).size() > 1 ? path + "." + number : path;
  }

  private void watch(Optional<String> directory) {
    keys.fields("watch")
        .ifPresent(watch -> new ComposeWatch(watch, process, directory, findings).read(text));
  }

  private void codes() {
    var codes = new TreeSet<Integer>();
    for (Text code : keys.texts("success_exit_codes")) {
      number(code).filter(it -> it >= 0 && it <= 255).ifPresent(codes::add);
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
      boolean atOnce = schedule.get().text("run_on_start").map(this::isTrue).orElse(false);
      scheduled = !atOnce;
      schedule
          .get()
          .rest(
              atOnce
                  ? "left out: started once; start it again from a timer of the host"
                  : "left out: started on demand; start it from a timer of the host");
    }
    if (alsoDisabled.map(it -> ForeignWords.bool(it).orElse(false)).orElse(disabled)
        || foreground
        || scheduled) {
      ImportTarget.onDemand(process);
    }
  }

  private void aside() {
    keys.take("replicas");
    keys.cannot(
        "is_daemon",
        "left out: let it stay in the foreground; what goes to the background cannot be supervised");
    keys.cannot("launch_timeout_seconds", "left out: it concerns is_daemon only");
    keys.cannot("is_tty", "left out: its output is a pipe");
    keys.cannot("is_interactive", "left out: its standard input is a pipe that the host writes to");
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
    return keys.text(key).map(this::isTrue).orElse(false);
  }

  private boolean isTrue(Text value) {
    var now = text.now(value);
    return ForeignWords.bool(now)
        .orElseGet(() -> {
          if (!now.isEmpty()) {
            findings.add(
                value.place(), value.path(), "taken as no: '" + now + "' is neither yes nor no");
          }
          return false;
        });
  }

  private Optional<Integer> number(Text value) {
    var now = text.now(value);
    var number = ForeignWords.number(now);
    if (number.isEmpty() && !now.isEmpty()) {
      findings.add(value.place(), value.path(), "left out: '" + now + "' is no number");
    }
    return number;
  }
}
