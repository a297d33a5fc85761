package dev.procman.config;

import dev.procman.Signal;
import dev.procman.config.ForeignMapping.Text;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// Reads one `[program:x]` or `[fcgi-program:x]`, which stands for one process or several alike.
final class SupervisordProgram {
  /// The keys that each of procman's is made of.
  static final Map<String, List<String>> FROM =
      Map.ofEntries(
          Map.entry("command", List.of("command")),
          Map.entry("working_dir", List.of("directory")),
          Map.entry("environment", List.of("environment")),
          Map.entry("restart", List.of("autorestart", "startretries")),
          Map.entry("success_codes", List.of("exitcodes")),
          Map.entry("minimum_uptime", List.of("startsecs")),
          Map.entry("start_timeout", List.of("startsecs")),
          Map.entry("ready_after", List.of("startsecs")),
          Map.entry("shutdown", List.of("stopsignal", "stopwaitsecs")),
          Map.entry("output", List.of("stdout_logfile", "stderr_logfile")),
          Map.entry("ports", List.of("socket")),
          Map.entry("launch", List.of("user", "umask", "socket")));

  /// What `[supervisord]` says for all programs, in procman's words.
  ///
  /// @param minfds the least number of descriptors
  record Defaults(
      Map<String, String> environment,
      Optional<String> directory,
      Optional<Text> umask,
      Optional<String> user,
      Optional<Integer> minfds) {
    static Defaults none() {
      return new Defaults(
          Map.of(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }
  }

  /// What all instances share, read once.
  private record Keys(
      Text command,
      Optional<Text> directory,
      Optional<Text> umask,
      Optional<Text> user,
      Optional<Text> environment,
      SupervisordOutput output,
      Optional<SupervisordSocket> socket) {}

  private final String name;
  private final String group;
  private final Map<String, String> environment;
  private final Defaults defaults;
  private final ImportFindings findings;
  private final SupervisordFormat shared;

  SupervisordProgram(
      String name,
      String group,
      Map<String, String> environment,
      Defaults defaults,
      ImportFindings findings) {
    this.name = name;
    this.group = group;
    this.environment = environment;
    this.defaults = defaults;
    this.findings = findings;
    this.shared = format(1, 0);
  }

  private SupervisordFormat format(int instances, int number) {
    var values = new LinkedHashMap<String, String>();
    values.put("program_name", name);
    values.put("group_name", group);
    values.put("process_num", Integer.toString(number));
    values.put("numprocs", Integer.toString(instances));
    values.put("host_node_name", SupervisordFormat.host(environment));
    return new SupervisordFormat(values, environment).with(defaults.environment());
  }

  /// Its processes by their names there.
  ///
  /// @param fcgi whether it gets a listening socket
  Map<String, ImportTree> read(ForeignMapping keys, boolean fcgi) {
    int instances = Math.clamp(number(keys, "numprocs", 1), 1, 1000);
    int first = number(keys, "numprocs_start", 0);
    var processName = keys.text("process_name");
    var command = keys.text("command").filter(text -> !text.text().isBlank());
    if (command.isEmpty()) {
      findings.add(
          keys.place(),
          keys.path(),
          "the program is left out: it has no command"
              + (keys.keys().isEmpty() ? "" : "; and with it " + String.join(", ", keys.keys())));
      return Map.of();
    }
    boolean merged = bool(keys, "redirect_stderr", false);
    var own =
        new Keys(
            command.get(),
            keys.text("directory"),
            keys.text("umask"),
            keys.text("user"),
            keys.text("environment"),
            new SupervisordOutput(keys, merged, shared, findings),
            fcgi ? Optional.of(new SupervisordSocket(keys, shared, findings)) : Optional.empty());
    var common = new ImportTree();
    start(keys, common);
    stop(keys, common);
    keys.cannot("priority", "left out: procman starts in order of depends_on");
    keys.cannot("serverurl", "left out: there is no server of supervisord");
    keys.rest("left out: programs have no such key");
    if (fcgi && instances > 1) {
      findings.add(
          keys.place(),
          keys.path("numprocs"),
          "one process in place of " + instances + ": each would listen for itself");
      instances = 1;
    }
    return instances(own, common, processName, instances, first, keys);
  }

  private Map<String, ImportTree> instances(
      Keys own,
      ImportTree common,
      Optional<Text> processName,
      int instances,
      int first,
      ForeignMapping keys) {
    var made = new LinkedHashMap<String, ImportTree>();
    for (int i = 0; i < instances; i++) {
      var format = format(instances, first + i);
      var process = new ImportTree();
      instance(own, format, process);
      common.copyTo(process);
      made.put(processName.map(text -> format.now(text, findings).strip()).orElse(name), process);
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

  // What each instance has of its own.

  private void instance(Keys own, SupervisordFormat plain, ImportTree process) {
    var variables = new LinkedHashMap<>(defaults.environment());
    own.environment().ifPresent(text -> variables.putAll(plain.pairs(text, findings)));
    var format = plain.with(variables);
    var argv = argv(own.command(), format);
    var user =
        own.user()
            .map(text -> format.now(text, findings).strip())
            .or(defaults::user)
            .filter(it -> !it.isEmpty());
    ImportTarget.exec(
        process,
        own.socket().map(socket -> socket.write(argv, process, user.isPresent())).orElse(argv));
    own.directory()
        .map(text -> format.text(text, findings))
        .or(defaults::directory)
        .ifPresent(path -> ImportTarget.workingDir(process, path));
    variables.forEach((key, value) -> ImportTarget.environment(process, key, value));
    user.ifPresent(it -> ImportTarget.user(process, it));
    own.user()
        .ifPresent(text ->
            findings.add(
                text.place(),
                text.path(),
                "launch.user needs the Linux launcher and, for another user, a host that may change"
                    + " it"));
    own.umask()
        .or(defaults::umask)
        .flatMap(this::umask)
        .ifPresent(mask -> ImportTarget.umask(process, mask));
    defaults.minfds().ifPresent(most -> ImportTarget.descriptors(process, most));
    own.output().write(format, process);
  }

  /// The line is filled in before it is split, as supervisord does it.
  private List<String> argv(Text text, SupervisordFormat format) {
    var line = format.line(text, findings);
    try {
      return CommandWords.plain(line);
    } catch (Unfit wrong) {
      findings.add(
          text.place(),
          text.path(),
          "split at blanks only: " + wrong.problem() + "; ' ;' begins a comment");
      return List.of(line.strip().split("\\s+"));
    }
  }

  private Optional<String> umask(Text text) {
    var mask = shared.now(text, findings).strip();
    if (mask.matches("[0-7]{1,4}") && Integer.parseInt(mask, 8) <= 0777) {
      return Optional.of("%03o".formatted(Integer.parseInt(mask, 8)));
    }
    findings.add(text.place(), text.path(), "left out: '" + mask + "' is no octal number");
    return Optional.empty();
  }

  // What they share.

  private void start(ForeignMapping keys, ImportTree process) {
    if (!bool(keys, "autostart", true)) {
      ImportTarget.onDemand(process);
    }
    int uptime = Math.max(0, number(keys, "startsecs", 1));
    ImportTarget.minimumUptime(process, uptime);
    if (uptime == 0) {
      ImportTarget.readyAtOnce(process);
    }
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
    int attempts =
        Math.clamp(retries.flatMap(text -> shared.number(text, findings)).orElse(3), 0, 1000);
    if (ForeignWords.isFalse(mode)) {
      ImportTarget.noRestart(process);
      if (attempts > 0) {
        retries
            .or(() -> when)
            .ifPresent(text ->
                findings.add(
                    text.place(),
                    text.path(),
                    "without autorestart a failed start is not tried again here, and "
                        + attempts
                        + " times there"));
      }
      return;
    }
    if (!mode.equals("unexpected") && ForeignWords.bool(mode).isEmpty()) {
      when.ifPresent(text ->
          findings.add(
              text.place(), text.path(), "taken as 'unexpected': '" + mode + "' is no such mode"));
    }
    ImportTarget.restartLinear(process, ForeignWords.bool(mode).orElse(false), attempts, uptime);
    if (uptime == 0) {
      retries.ifPresent(text ->
          findings.add(
              text.place(), text.path(), "left out: with startsecs of 0 no start has failed"));
    }
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
