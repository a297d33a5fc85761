package dev.procman.config;

import dev.procman.Signal;
import dev.procman.config.ForeignMapping.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Reads one `[program:x]`, which stands for one process or several alike.
final class SupervisordProgram {
  private static final Set<String> TO_CONSOLE =
      Set.of("/dev/stdout", "/dev/fd/1", "/dev/stderr", "/dev/fd/2");

  /// What `[supervisord]` says for all programs.
  record Defaults(
      Map<String, String> environment, Optional<String> directory, Optional<Text> umask) {
    static Defaults none() {
      return new Defaults(Map.of(), Optional.empty(), Optional.empty());
    }
  }

  /// What all instances share, read once.
  private record Keys(
      Optional<Text> command,
      Optional<Text> directory,
      Optional<Text> umask,
      Optional<Text> environment,
      Optional<Text> log,
      Optional<Text> logSize,
      Optional<Text> logBackups,
      boolean merged) {}

  private final String name;
  private final String group;
  private final String here;
  private final Map<String, String> environment;
  private final Defaults defaults;
  private final ImportFindings findings;
  private final SupervisordFormat shared;

  SupervisordProgram(
      String name,
      String group,
      String here,
      Map<String, String> environment,
      Defaults defaults,
      ImportFindings findings) {
    this.name = name;
    this.group = group;
    this.here = here;
    this.environment = environment;
    this.defaults = defaults;
    this.findings = findings;
    this.shared = format(1, 0);
  }

  private SupervisordFormat format(int instances, int number) {
    var values = new LinkedHashMap<String, String>();
    values.put("here", here);
    values.put("program_name", name);
    values.put("group_name", group);
    values.put("process_num", Integer.toString(number));
    values.put("numprocs", Integer.toString(instances));
    values.put("host_node_name", environment.getOrDefault("HOSTNAME", "localhost"));
    return new SupervisordFormat(values, environment);
  }

  /// Its processes by their names.
  Map<String, ImportTree> read(ForeignMapping keys) {
    int instances = Math.clamp(number(keys, "numprocs", 1), 1, 1000);
    int first = number(keys, "numprocs_start", 0);
    var processName = keys.text("process_name");
    var own =
        new Keys(
            keys.text("command"),
            keys.text("directory"),
            keys.text("umask"),
            keys.text("environment"),
            keys.text("stdout_logfile"),
            keys.text("stdout_logfile_maxbytes"),
            keys.text("stdout_logfile_backups"),
            bool(keys, "redirect_stderr", false));
    if (own.command().isEmpty()) {
      findings.add(
          keys.place(), keys.path("command"), "the program is left out: it has no command");
      keys.rest("left out: the program has no command");
      return Map.of();
    }
    var common = new ImportTree();
    start(keys, common);
    stop(keys, common);
    output(keys, own, common);
    for (String key : List.of("user", "priority", "serverurl", "stdout_syslog", "stderr_syslog")) {
      keys.cannot(key, reasonFor(key));
    }
    keys.rest("left out: programs have no such key");
    var made = new LinkedHashMap<String, ImportTree>();
    for (int i = 0; i < instances; i++) {
      var format = format(instances, first + i);
      var process = new ImportTree();
      instance(own, format, process);
      common.copyTo(process);
      made.put(processName.map(text -> format.now(text, findings)).orElse(name), process);
    }
    if (made.size() < instances) {
      var place = processName.map(Text::place).orElse(keys.place());
      findings.add(
          place,
          keys.path("process_name"),
          "one process in place of " + instances + ": the name lacks %(process_num)d");
    }
    return made;
  }

  private static String reasonFor(String key) {
    return switch (key) {
      case "user" -> "left out: it runs as the user of the JVM";
      case "priority" -> "left out: procman starts in order of depends_on";
      case "serverurl" -> "left out: there is no server of supervisord";
      default -> "left out: output goes to no syslog; set output.log and send the log there";
    };
  }

  // What each instance has of its own.

  private void instance(Keys own, SupervisordFormat format, ImportTree process) {
    var argv = new ArrayList<String>();
    own.command().ifPresent(text -> argv.addAll(argv(text, format)));
    var umask = own.umask().or(defaults::umask).flatMap(this::umask);
    if (umask.isPresent()) {
      argv.addAll(0, List.of("/bin/sh", "-c", "umask " + umask.get() + " && exec \"$@\"", "sh"));
    }
    ImportTarget.exec(process, argv);
    own.directory()
        .map(text -> format.text(text, findings))
        .or(defaults::directory)
        .ifPresent(path -> ImportTarget.workingDir(process, path));
    defaults.environment().forEach((key, value) -> ImportTarget.environment(process, key, value));
    own.environment()
        .ifPresent(text ->
            format
                .pairs(text, findings)
                .forEach((key, value) -> ImportTarget.environment(process, key, value)));
    own.log().ifPresent(text -> logFile(text, own, format, process));
  }

  private List<String> argv(Text text, SupervisordFormat format) {
    try {
      return CommandWords.plain(text.text()).stream()
          .map(word -> format.text(new Text(text.place(), text.path(), word), findings))
          .toList();
    } catch (Unfit wrong) {
      findings.add(
          text.place(),
          text.path(),
          "split at blanks only: " + wrong.problem() + "; ' ;' begins a comment");
      return List.of(Template.escape(text.text()).strip().split("\\s+"));
    }
  }

  private Optional<String> umask(Text text) {
    if (text.text().matches("[0-7]{1,4}")) {
      return Optional.of(text.text());
    }
    findings.add(text.place(), text.path(), "left out: '" + text.text() + "' is no octal number");
    return Optional.empty();
  }

  private void logFile(Text text, Keys own, SupervisordFormat format, ImportTree process) {
    var path = format.text(text, findings);
    switch (path.toLowerCase(Locale.ROOT)) {
      case "none", "off", "" -> {}
      case "auto" ->
          findings.add(
              text.place(),
              text.path(),
              "no file is chosen: name one; the last lines are kept in memory");
      case "syslog" -> {
        findings.add(text.place(), text.path(), reasonFor("syslog"));
        ImportTarget.toLog(process);
      }
      default -> {
        if (TO_CONSOLE.contains(path)) {
          findings.add(text.place(), text.path(), "lines go to the host's log");
          ImportTarget.toLog(process);
        } else {
          var size = own.logSize().flatMap(this::bytes).orElse(50L << 20);
          int keep = own.logBackups().flatMap(it -> shared.number(it, findings)).orElse(10);
          ImportTarget.logFile(process, path, size, keep);
          if (!own.merged()) {
            findings.add(text.place(), text.path(), "the file gets what goes to stderr too");
          }
        }
      }
    }
  }

  private Optional<Long> bytes(Text text) {
    var lower = shared.now(text, findings).strip().toLowerCase(Locale.ROOT);
    int shift =
        lower.endsWith("kb") ? 10 : lower.endsWith("mb") ? 20 : lower.endsWith("gb") ? 30 : 0;
    var number = ForeignWords.number(shift == 0 ? lower : lower.substring(0, lower.length() - 2));
    if (number.isEmpty() || number.get() < 0) {
      findings.add(text.place(), text.path(), "left out: '" + text.text() + "' is no size");
      return Optional.empty();
    }
    long size = (long) number.get() << shift;
    if (size > 0 && size < ImportTarget.LEAST_FILE) {
      findings.add(
          text.place(),
          text.path(),
          "rotated at " + ImportTarget.LEAST_FILE + " bytes, the least there is");
    }
    return Optional.of(size);
  }

  // What they share.

  private void start(ForeignMapping keys, ImportTree process) {
    if (!bool(keys, "autostart", true)) {
      ImportTarget.onDemand(process);
    }
    int uptime = Math.max(0, number(keys, "startsecs", 1));
    ImportTarget.minimumUptime(process, uptime);
    var codes = new TreeSet<Integer>();
    keys.text("exitcodes")
        .ifPresent(text -> {
          for (String code : shared.now(text, findings).split(",", -1)) {
            ForeignWords.number(code)
                .filter(number -> number >= 0 && number <= 255)
                .ifPresentOrElse(
                    codes::add,
                    () ->
                        findings.add(
                            text.place(), text.path(), "left out: '" + code + "' is no exit code"));
          }
        });
    if (!codes.isEmpty()) {
      ImportTarget.successCodes(process, codes);
    }
    restart(keys, process, uptime);
  }

  private void restart(ForeignMapping keys, ImportTree process, int uptime) {
    var when = keys.text("autorestart");
    var mode =
        when.map(text -> shared.now(text, findings)).orElse("unexpected").toLowerCase(Locale.ROOT);
    var retries = keys.text("startretries");
    int limit =
        Math.clamp(retries.flatMap(text -> shared.number(text, findings)).orElse(3), 0, 1000);
    boolean never = ForeignWords.isFalse(mode);
    if (never) {
      ImportTarget.noRestart(process);
      retries
          .filter(_ -> limit > 0)
          .ifPresent(text ->
              findings.add(
                  text.place(),
                  text.path(),
                  "left out: without autorestart a failed start is not tried again"));
      return;
    }
    if (!mode.equals("unexpected") && ForeignWords.bool(mode).isEmpty()) {
      when.ifPresent(text ->
          findings.add(
              text.place(), text.path(), "taken as 'unexpected': '" + mode + "' is no such mode"));
    }
    boolean always = ForeignWords.bool(mode).orElse(false);
    // Each try waits a second more than the one before it; with the time that each may live, so
    // many tries fit into this window, and no more of them than that in one that is twice as long.
    long window = (long) limit * (limit + 1) / 2 + (long) (limit + 1) * (uptime + 1);
    ImportTarget.restartLinear(process, always, limit, window, Math.max(1, uptime));
    retries.ifPresent(text ->
        findings.add(
            text.place(),
            text.path(),
            "as %d restarts within %d s, which restarts after a successful start count for too"
                .formatted(limit, window)));
  }

  private void stop(ForeignMapping keys, ImportTree process) {
    var signal = keys.text("stopsignal").map(this::signal).orElse(Signal.TERM);
    int wait = Math.max(0, number(keys, "stopwaitsecs", 10));
    boolean asGroup = bool(keys, "stopasgroup", false);
    ImportTarget.stopBySignal(process, signal.name(), !asGroup, wait + "s");
    keys.text("killasgroup")
        .ifPresent(text -> {
          if (!asGroup && ForeignWords.isFalse(text.text())) {
            findings.add(text.place(), text.path(), "procman always kills the whole tree");
          }
        });
  }

  private Signal signal(Text text) {
    var word = shared.now(text, findings).strip().toUpperCase(Locale.ROOT);
    var named = word.startsWith("SIG") ? word.substring(3) : word;
    for (Signal signal : Signal.values()) {
      if (signal.name().equals(named)) {
        return signal;
      }
    }
    return ForeignWords.number(word)
        .flatMap(Signal::ofNumber)
        .orElseGet(() -> {
          findings.add(
              text.place(),
              text.path(),
              "TERM in its place: '" + word + "' is no signal known here");
          return Signal.TERM;
        });
  }

  private void output(ForeignMapping keys, Keys own, ImportTree process) {
    boolean merged = own.merged();
    if (own.log().isEmpty()) {
      Stream.of(own.logSize(), own.logBackups())
          .flatMap(Optional::stream)
          .forEach(text ->
              findings.add(text.place(), text.path(), "left out: stdout_logfile names no file"));
    }
    var errors = keys.text("stderr_logfile");
    errors
        .filter(_ -> !merged)
        .filter(
            text -> !Set.of("none", "off", "auto").contains(text.text().toLowerCase(Locale.ROOT)))
        .ifPresent(text ->
            findings.add(
                text.place(),
                text.path(),
                "left out: both streams go to the file of stdout_logfile"));
    for (String key : List.of("stderr_logfile_maxbytes", "stderr_logfile_backups")) {
      keys.text(key)
          .filter(_ -> !merged)
          .ifPresent(text ->
              findings.add(text.place(), text.path(), "left out: both streams go to one file"));
    }
    boolean events = bool(keys, "stdout_events_enabled", false);
    var errorEvents = keys.text("stderr_events_enabled");
    if (events) {
      ImportTarget.toEvents(process);
    }
    errorEvents.ifPresent(text -> {
      boolean wanted = ForeignWords.bool(text.text()).orElse(false);
      if (wanted != events) {
        findings.add(
            text.place(),
            text.path(),
            "both streams are published, or none, as stdout_events_enabled says");
      }
    });
    for (String key : List.of("stdout_capture_maxbytes", "stderr_capture_maxbytes")) {
      keys.cannot(
          key, "left out: there is no capture mode; publish lines as events with output.events");
    }
  }

  private int number(ForeignMapping keys, String key, int standard) {
    return keys.text(key).flatMap(text -> shared.number(text, findings)).orElse(standard);
  }

  private boolean bool(ForeignMapping keys, String key, boolean standard) {
    return keys.text(key)
        .map(text ->
            ForeignWords.bool(shared.now(text, findings).strip())
                .orElseGet(() -> {
                  findings.add(
                      text.place(),
                      text.path(),
                      "left out: '" + text.text() + "' is neither true nor false");
                  return standard;
                }))
        .orElse(standard);
  }
}
