package dev.procman.config;

import static dev.procman.config.Defaults.unless;

import dev.procman.Dependency;
import dev.procman.Dependency.Condition;
import dev.procman.LaunchSettings;
import dev.procman.OutputSettings;
import dev.procman.ResourceSettings;
import dev.procman.StandardInput;
import dev.procman.StopSequence;
import dev.procman.spi.StandardRestartPolicy;
import dev.procman.watch.FileWatch;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// What may be written of a process.
final class ProcessKeys {
  static final Pattern NAME = Pattern.compile("(?!\\.\\.?$)[A-Za-z0-9._#-]{1,100}");
  static final String NAME_WORDS =
      "name of a process, 1 to 100 letters, digits and . _ - #, and not . or ..";

  /// Not a number alone, which would be taken for one where a port may be named.
  static final Pattern PORT_NAME = Pattern.compile("(?![0-9.]+$)[A-Za-z0-9._-]{1,64}");

  private static final String PORT_WORDS =
      "name of a port, 1 to 64 letters, digits and . _ -, and not digits alone; a number belongs"
          + " behind a name, as in 'http: 8080'";

  /// A port in a list of names.
  private static final ScalarRule<String> PORT_TEXT =
      new ScalarRule<>(
          "the name of a port",
          false,
          (text, scalar) -> {
            if (scalar.kind() != Node.Kind.TEXT || !text.matches(".*[A-Za-z_-].*")) {
              throw new Unfit(
                  "'" + Problems.cut(text) + "' is no name, and a list has the names of ports",
                  "a name and its number, as in 'ports: {http: 8080}'; or a name alone, as in"
                      + " 'ports: [http]', for one leased from the system");
            }
            if (!PORT_NAME.matcher(text).matches()) {
              throw new Unfit("'" + Problems.cut(text) + "' is no name of a port", PORT_WORDS);
            }
            return text;
          },
          name -> name,
          Ordered.pairs("type", "string", "pattern", "^(?:" + PORT_NAME + ")$"));

  /// A name in a list of names.
  static final ScalarRule<String> NAME_TEXT = Scalars.matching(NAME, NAME_WORDS);

  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration READY_AFTER = Duration.ofMillis(100);

  /// Where a process begins from.
  ///
  /// @param file another file, or empty for this configuration
  /// @param process a template or process of it
  record Base(Optional<String> file, String process) {}

  static final Key<String> BASE_FILE = Key.of("file", Scalars.PATH, "another file");
  static final Key<String> BASE_PROCESS =
      Key.of("process", NAME_TEXT, "a template or process").must().calledElsewhere("service");

  static final Rule<Base> BASE =
      ShortRule.of(
              ObjectRule.<Base>of("extends")
                  .key(BASE_FILE, Base::file)
                  .key(BASE_PROCESS, it -> Optional.of(it.process()))
                  .make(it -> new Base(it.find(BASE_FILE), it.get(BASE_PROCESS))),
              NAME_TEXT,
              Expand.under("process"))
          .writtenAs("process");

  static final Key<Base> EXTENDS =
      Key.of(
          "extends",
          BASE,
          "a template or process whose keys this begins with: its name, or `{file, process}`");
  private static final Key<String> WORKING_DIR =
      Key.of("working_dir", Scalars.TEMPLATE_PATH, "the working directory; default the host's")
          .calledElsewhere("directory", "cwd", "workdir", "dir");
  private static final Key<Map<String, String>> FILES =
      Key.of(
              "files",
              new MapRule<>(Pattern.compile(Scalars.SOME), "path", Scalars.TEMPLATE),
              "files written before each start: paths, relative to the working directory, and contents")
          .notQuoted();
  static final Key<Map<String, Integer>> PORTS =
      Key.of(
          "ports",
          ShortRule.of(
              new MapRule<>(PORT_NAME, PORT_WORDS, Scalars.integer(0, 65535)),
              ListRule.of(PORT_TEXT),
              Expand.texts(PORT_NAME, place -> Node.Scalar.of("0", Node.Kind.INTEGER, place))),
          "names and numbers, 0 for one leased from the system; or a list of names to be leased");

  private static final Key<Dependency.Point> CONDITION =
      Key.of(
          "condition",
          Scalars.word(
              Ordered.pairs(
                  "process_healthy",
                  Dependency.Point.READY,
                  "process_started",
                  Dependency.Point.STARTED,
                  "process_completed_successfully",
                  Dependency.Point.COMPLETED_SUCCESSFULLY,
                  "process_completed",
                  Dependency.Point.ENDED,
                  "service_healthy",
                  Dependency.Point.READY,
                  "service_started",
                  Dependency.Point.STARTED,
                  "service_completed_successfully",
                  Dependency.Point.COMPLETED_SUCCESSFULLY)),
          "`process_started`, `process_healthy` (ready), `process_completed_successfully`, or"
              + " `process_completed` whatever its code; default `process_healthy`");
  private static final Key<String> PRINTED =
      Key.of(
              "log",
              Scalars.REGEX,
              "in place of `condition`: a regular expression found in a line that it printed")
          .calledElsewhere("printed", "line", "ready_log_line");
  static final Rule<Condition> DEPENDENCY =
      ShortRule.of(
              ObjectRule.<Condition>of("dependency")
                  .key(
                      CONDITION,
                      it ->
                          it instanceof Dependency.Point point
                              ? Optional.of(point)
                              : Optional.empty())
                  .key(
                      PRINTED,
                      it ->
                          it instanceof Dependency.Printed line
                              ? Optional.of(line.regex())
                              : Optional.empty())
                  .atMostOne(CONDITION, PRINTED)
                  .make(it ->
                      it.find(PRINTED)
                          .map(Condition::printed)
                          .orElseGet(() -> it.or(CONDITION, Dependency.Point.READY))),
              CONDITION.rule(),
              Expand.under("condition"))
          .writtenAs("condition");
  static final Key<List<Dependency>> DEPENDS_ON =
      Key.of(
              "depends_on",
              ShortRule.of(
                      new MapRule<>(NAME, NAME_WORDS, DEPENDENCY),
                      ListRule.of(NAME_TEXT),
                      Expand.names(
                          NAME, place -> Node.Scalar.of("process_healthy", Node.Kind.TEXT, place)))
                  .map(ProcessKeys::dependencies, ProcessKeys::conditions),
              "processes that must have come to a point before: a list of names, or names and"
                  + " conditions")
          .calledElsewhere("requires", "after", "dependencies", "needs");

  private static final Key<ProbeConfig> STARTUP =
      Key.of(
          "startup_probe",
          ProbeKeys.PROBE,
          "gates the other probes; a failure streak of it is a failed start");
  private static final Key<ProbeConfig> READINESS =
      Key.of(
              "readiness_probe",
              ProbeKeys.PROBE,
              "tells when it is ready, and after that moves it in and out of service")
          .calledElsewhere("healthcheck", "health_check", "ready", "readiness");
  private static final Key<ProbeConfig> LIVENESS =
      Key.of("liveness_probe", ProbeKeys.PROBE, "a failure streak of it asks for a restart")
          .calledElsewhere("liveness", "live");
  static final Key<StandardRestartPolicy> RESTART =
      Key.of(
              "restart",
              RestartKeys.RESTART,
              "whether and when it is started again: a policy, or keys; default the manager's")
          .calledElsewhere("availability", "autorestart", "restart_policy");
  private static final Key<List<Integer>> SUCCESS_CODES =
      Key.of(
              "success_codes",
              ShortRule.of(
                  ListRule.of(Scalars.integer(0, 255)), Scalars.integer(0, 255), Expand::alone),
              "exit codes that mean success; default `[0]`")
          .calledElsewhere("exitcodes", "exit_codes");
  private static final Key<Duration> START_TIMEOUT_KEY =
      Key.of("start_timeout", Scalars.SPAN, "from spawn to ready; default `60s`")
          .calledElsewhere("launch_timeout_seconds");
  private static final Key<Duration> MINIMUM_UPTIME =
      Key.of(
              "minimum_uptime",
              Scalars.DURATION,
              "an end before this is a failure whatever its code, and where `ready_after` tells when"
                  + " it is ready, it is not before this time either; default `0s`")
          .calledElsewhere("startsecs");
  private static final Key<Duration> READY_AFTER_KEY =
      Key.of(
          "ready_after",
          Scalars.DURATION,
          "where neither a readiness or startup probe nor a port tells when it is ready: once it has"
              + " lived for this time, or has completed with success; default `100ms`");
  private static final Key<List<String>> READY_WITHOUT_LISTENING =
      Key.of(
          "ready_without_listening",
          ShortRule.of(
              ListRule.of(Scalars.named(PORT_NAME, PORT_WORDS)),
              Scalars.named(PORT_NAME, PORT_WORDS),
              Expand::alone),
          "names of ports on which it need not listen to be ready; without a readiness or startup"
              + " probe it is ready when it listens on all others");
  private static final Key<StopSequence> SHUTDOWN =
      Key.of(
              "shutdown",
              ShutdownKeys.SHUTDOWN,
              "how it is asked to end; default the manager's, which is `TERM` and 10 s")
          .calledElsewhere("stop", "stop_signal", "stop_grace_period");
  static final Key<OutputSettings> OUTPUT =
      Key.of("output", OutputKeys.OUTPUT, "what happens to its output")
          .calledElsewhere("logging", "log_location", "logs", "log");
  private static final Key<ResourceSettings> RESOURCES =
      Key.of(
              "resources",
              ResourceKeys.RESOURCES,
              "what is watched of its resources, and how they are limited")
          .calledElsewhere("deploy", "mem_limit", "cpus");
  static final Key<FileWatch> WATCH =
      Key.of(
              "watch",
              WatchKeys.WATCH,
              "which files it is restarted for: a directory, a list of these, or keys")
          .calledElsewhere("develop");
  private static final Key<LaunchSettings> LAUNCH =
      Key.of(
              "launch",
              LaunchKeys.LAUNCH,
              "limits, priorities, user, terminal, control group, sockets; needs the Linux launcher")
          .calledElsewhere("ulimits", "user", "tty", "is_tty", "umask", "cpuset", "priority");
  private static final Key<Map<String, String>> LABELS =
      Key.of(
          "labels",
          new MapRule<>(Pattern.compile("[\\s\\S]+"), "name of a label, not empty", Scalars.TEXT),
          "free names and texts, carried by its events");
  private static final Key<Boolean> ON_DEMAND =
      Key.of(
              "on_demand",
              Scalars.BOOLEAN,
              "whether it is left out of a start of all unless another needs it; default `false`")
          .calledElsewhere("disabled", "profiles");
  private static final Key<Integer> REPLICAS =
      Key.of(
              "replicas",
              new ScalarRule<>(
                  "1",
                  false,
                  (text, scalar) -> {
                    if (!Scalars.whole(scalar, text).equals(Optional.of(BigInteger.ONE))) {
                      throw new Unfit(
                          "'" + Problems.cut(text) + "' replicas are not known yet",
                          "1, or another process; the key is reserved");
                    }
                    return 1;
                  },
                  number -> (long) number,
                  Map.of("const", 1)),
              "reserved; only 1")
          .calledElsewhere("scale", "numprocs", "instances");

  /// All of it.
  static final ObjectRule<ProcessConfig> PROCESS =
      ObjectRule.<ProcessConfig>of("process")
          .key(EXTENDS, _ -> Optional.empty())
          .key(CommandKeys.COMMAND, it -> CommandKeys.argv(it.command()))
          .key(CommandKeys.SCRIPTS, it -> CommandKeys.script(it.command()))
          .key(WORKING_DIR, ProcessConfig::workingDir)
          .key(
              EnvironmentKeys.INHERIT,
              it ->
                  unless(
                      new EnvironmentKeys.Inherited(
                          it.environment().inherit(), it.environment().allowed()),
                      new EnvironmentKeys.Inherited(dev.procman.Environment.Inherit.ALL, Set.of())))
          .key(
              EnvironmentKeys.UNSET, it -> unless(List.copyOf(it.environment().unset()), List.of()))
          .key(EnvironmentKeys.FILES, it -> unless(it.environment().files(), List.of()))
          .key(EnvironmentKeys.VALUES, it -> unless(it.environment().values(), Map.of()))
          .key(EnvironmentKeys.SECRETS, it -> unless(it.environment().secrets(), Map.of()))
          .key(InputKeys.STDIN, it -> unless(it.stdin(), StandardInput.pipe()))
          .key(FILES, it -> unless(it.files(), Map.of()))
          .key(PORTS, it -> unless(it.ports(), Map.of()))
          .key(DEPENDS_ON, it -> unless(it.dependsOn(), List.of()))
          .key(STARTUP, ProcessConfig::startupProbe)
          .key(READINESS, ProcessConfig::readinessProbe)
          .key(LIVENESS, ProcessConfig::livenessProbe)
          .key(READY_AFTER_KEY, it -> unless(it.readyAfter(), READY_AFTER))
          .key(
              READY_WITHOUT_LISTENING,
              it -> unless(it.readyWithoutListening(), Set.<String>of()).map(List::copyOf))
          .key(RESTART, ProcessConfig::restart)
          .key(
              SUCCESS_CODES,
              it -> unless(it.successCodes(), Set.of(0)).map(codes -> List.copyOf(codes)))
          .key(START_TIMEOUT_KEY, it -> unless(it.startTimeout(), START_TIMEOUT))
          .key(MINIMUM_UPTIME, it -> unless(it.minimumUptime(), Duration.ZERO))
          .key(SHUTDOWN, ProcessConfig::shutdown)
          .key(OUTPUT, it -> unless(it.output(), OutputSettings.ofDefaults()))
          .key(RESOURCES, it -> unless(it.resources(), ResourceSettings.ofDefaults()))
          .key(WATCH, ProcessConfig::watch)
          .key(LAUNCH, it -> unless(it.launch(), LaunchSettings.ofDefaults()))
          .key(LABELS, it -> unless(it.labels(), Map.of()))
          .key(ON_DEMAND, it -> unless(it.onDemand(), false))
          .key(REPLICAS, _ -> Optional.empty())
          .exactlyOneUnless(EXTENDS, CommandKeys.COMMAND, CommandKeys.SCRIPTS)
          .make(ProcessKeys::process);

  private ProcessKeys() {}

  private static List<Dependency> dependencies(Map<String, Condition> conditions) {
    var list = new ArrayList<Dependency>();
    conditions.forEach((name, condition) -> list.add(new Dependency(name, condition)));
    return list;
  }

  private static Map<String, Condition> conditions(List<Dependency> list) {
    var map = new LinkedHashMap<String, Condition>();
    list.forEach(each -> map.put(each.process(), each.condition()));
    return map;
  }

  private static ProcessConfig process(Values it) {
    return new ProcessConfig(
        CommandKeys.of(it),
        it.find(WORKING_DIR),
        EnvironmentKeys.of(it),
        it.or(InputKeys.STDIN, StandardInput.pipe()),
        it.or(FILES, Map.of()),
        it.or(PORTS, Map.of()),
        it.or(DEPENDS_ON, List.of()),
        it.find(STARTUP),
        it.find(READINESS),
        it.find(LIVENESS),
        it.or(READY_AFTER_KEY, READY_AFTER),
        Ordered.set(it.or(READY_WITHOUT_LISTENING, List.of())),
        it.find(RESTART),
        Ordered.set(it.or(SUCCESS_CODES, List.of(0))),
        it.or(START_TIMEOUT_KEY, START_TIMEOUT),
        it.or(MINIMUM_UPTIME, Duration.ZERO),
        it.find(SHUTDOWN),
        it.or(OUTPUT, OutputSettings.ofDefaults()),
        it.or(RESOURCES, ResourceSettings.ofDefaults()),
        it.find(WATCH),
        it.or(LAUNCH, LaunchSettings.ofDefaults()),
        it.or(LABELS, Map.of()),
        it.or(ON_DEMAND, false));
  }
}
