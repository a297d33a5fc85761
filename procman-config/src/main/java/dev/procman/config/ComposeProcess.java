package dev.procman.config;

import dev.procman.Signal;
import dev.procman.config.ForeignMapping.Text;
import dev.procman.config.Node.Mapping;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Reads one process of a process-compose file.
final class ComposeProcess {
  private static final String INSTANCE = "{PC_REPLICA_NUM}";
  private static final String STARTED = "process_started";
  private static final String HEALTHY = "process_healthy";
  private static final Set<String> CONDITIONS =
      Set.of(STARTED, HEALTHY, "process_completed_successfully", "process_completed");

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
  }

  ImportTree read() {
    origins.process(called, ImportOrigins.in(keys, place, FROM));
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
    terminal();
    aside();
    extensions(keys);
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

  private void environment(Optional<String> directory) {
    boolean noDotEnv = flag("is_dotenv_disabled");
    if (!noDotEnv) {
      shared.dotEnv().ifPresent(path -> ImportTarget.envFile(process, path, true));
    }
    keys.text("env_file")
        .ifPresent(file -> {
          if (file.text().isEmpty()) {
            return;
          }
          var path = text.unrendered(file);
          boolean relative = !path.startsWith("/");
          var whole = relative ? directory.map(base -> base + "/" + path).orElse(path) : path;
          boolean missing = isMissing(file, whole);
          ImportTarget.envFile(process, whole, !missing);
          if (missing) {
            findings.add(file.place(), file.path(), "there is no such file; it is not required");
          }
          if (!shared.environment().isEmpty()) {
            findings.add(
                file.place(), file.path(), "variables of the project's environment win over it");
          }
        });
    variables(shared.environment());
    variables(assignments());
    ImportTarget.environment(process, "PC_PROC_NAME", name);
    ImportTarget.environment(process, "PC_REPLICA_NUM", Integer.toString(replica));
  }

  /// process-compose starts without a file of variables that it does not find.
  private static boolean isMissing(Text file, String path) {
    try {
      return !path.contains("$")
          && !Files.exists(file.place().source().directory().resolve(path).normalize());
    } catch (InvalidPathException none) {
      return false;
    }
  }

  /// `NAME=value`, or names and values, which process-compose does not take but people write.
  private List<Text> assignments() {
    if (keys.peek("environment").map(Node.Entry::value).orElse(null) instanceof Mapping) {
      var pairs = new ArrayList<Text>();
      keys.fields("environment")
          .ifPresent(mapping -> {
            findings.add(
                mapping.place(),
                mapping.path(),
                "taken as a list of NAME=value, which process-compose wants here");
            for (String variable : mapping.keys()) {
              mapping
                  .text(variable)
                  .ifPresent(value ->
                      pairs.add(
                          new Text(value.place(), value.path(), variable + "=" + value.text())));
            }
          });
      return pairs;
    }
    return keys.texts("environment");
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
            var place = dependencies.peek(other).orElseThrow().keyPlace();
            var condition = dependencies.fields(other).flatMap(this::condition);
            var peer = Optional.ofNullable(shared.peers().get(other));
            if (peer.isEmpty()) {
              findings.add(
                  place,
                  dependencies.path(other),
                  "left out: there is no such process, so process-compose refuses the file");
            } else if (peer.get().deferred().isPresent()) {
              findings.add(
                  place,
                  dependencies.path(other),
                  "left out: '"
                      + other
                      + "' "
                      + peer.get().deferred().get()
                      + ", and process-compose does not wait for it");
            } else {
              var at = new Text(place, dependencies.path(other), other);
              for (String instance : peer.get().instances()) {
                // What is said of one instance counts more than what is said of all.
                if (peer.get().instances().size() == 1 || !named.contains(instance)) {
                  depend(at, instance, peer.get(), condition);
                }
              }
            }
          }
        });
  }

  private Optional<Text> condition(ForeignMapping dependency) {
    var condition = dependency.text("condition").filter(it -> !it.text().isEmpty());
    extensions(dependency);
    dependency.rest("left out: a dependency has no such key");
    return condition;
  }

  private void depend(Text at, String instance, ComposePeer peer, Optional<Text> condition) {
    var word = condition.map(Text::text).orElse("");
    var place = condition.orElse(at);
    if (condition.isEmpty()) {
      findings.add(
          at.place(),
          at.path(),
          "waits for the start: it has no condition, and versions of process-compose differ in what"
              + " that means");
    } else if (word.equals("process_log_ready")) {
      if (peer.line().isPresent()) {
        ImportTarget.dependsOnLine(process, instance, peer.line().get());
        return;
      }
      findings.add(
          place.place(),
          place.path(),
          "waits for the start: '"
              + at.text()
              + "' has no ready_log_line, so process-compose refuses the file");
    } else if (!CONDITIONS.contains(word)) {
      findings.add(
          place.place(), place.path(), "waits for the start: '" + word + "' is no condition");
    } else if (word.equals(HEALTHY) && !peer.ready()) {
      findings.add(
          place.place(),
          place.path(),
          "waits until '"
              + at.text()
              + "' is ready; "
              + (peer.live()
                  ? "process-compose waits for ever, since it has no readiness_probe"
                  : "process-compose skips this process, since it has no probe"));
    }
    ImportTarget.dependsOn(process, instance, CONDITIONS.contains(word) ? word : STARTED);
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
    var given =
        shutdown
            .flatMap(it -> it.text("timeout_seconds"))
            .flatMap(this::number)
            .filter(it -> it > 0);
    int timeout = given.orElse(10);
    var patience = timeout + "s";
    shutdown
        .filter(_ -> command.isEmpty() && typed.isEmpty() && given.isEmpty())
        .ifPresent(it ->
            findings.add(
                it.place(),
                it.path("timeout_seconds"),
                "killed after " + patience + "; process-compose waits for ever"));
    if (command.isPresent()) {
      ImportTarget.stopByCommand(
          process, shared.shell(), text.unrenderedScript(command.get()), patience);
      findings.add(
          command.get().place(),
          command.get().path(),
          "when the command fails, it is killed after " + patience + " and not at once");
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
    var peer = shared.peers().get(name);
    return peer != null && peer.instances().size() > 1 ? path + "." + number : path;
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
      if (flag.map(this::isTrue).orElse(false)) {
        ImportTarget.terminal(process);
        findings.add(
            flag.get().place(),
            flag.get().path(),
            "a terminal of 24 rows and 80 columns, which needs the Linux launcher");
      }
    }
  }

  /// Keys that are there for people and for aliases.
  private void extensions(ForeignMapping mapping) {
    for (String key : mapping.keys()) {
      if (key.startsWith("x-")) {
        mapping
            .take(key)
            .ifPresent(entry ->
                mapping.tell(entry, key, "left out: it means nothing to process-compose either"));
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
