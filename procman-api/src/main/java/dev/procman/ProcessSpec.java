package dev.procman;

import dev.procman.spi.DurationText;
import dev.procman.spi.ProcessExtension;
import dev.procman.spi.RestartPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a managed process is made from. Immutable; built by [#named(String)].
///
/// Arguments, values of the environment, the working directory, files and commands of a stop
/// sequence may hold templates, filled in at each start:
/// - `${name}`;
/// - `${port.NAME}`, and `${port.PROCESS:NAME}` for the port of another process of the manager,
///   which must have been started: depend on it;
/// - `${dir.NAME}`, a temporary directory of one generation, made on first use, deleted after a
///   success, kept after a failure;
/// - `${data.NAME}`, a temporary directory that all generations share, deleted with the process
///   unless its last generation failed;
/// - `${env.NAME}`, this JVM's environment.
///
/// `$$` is a `$`, but in a script of [Builder#shell(String)] only before a brace. An unknown
/// variable is an error that lists the known ones.
///
/// @param name unique within a manager: letters, digits, `.`, `_`, `-` and `#`, at most 100; not
///   `.` or `..`, since it may become part of a path
/// @param command what to run
/// @param directory the working directory, may hold templates; this JVM's when empty
/// @param environment the environment
/// @param stdin what it reads from its standard input; default a pipe
/// @param files files written before each start, by path; both path and content may hold templates;
///   relative to the working directory, readable for this user only
/// @param ports named ports: a number, or 0 for one leased from the system at the first start and
///   kept over restarts
/// @param dependencies what must have come to a point before this starts
/// @param startup gates the other probes; a failure streak of it is a failed start
/// @param ready tells when it is ready, and after that moves it in and out of service; never kills
/// @param live a failure streak of it asks for a restart
/// @param readyAfter where neither a `ready` or `startup` probe nor a port tells when it is ready:
///   it is once it has lived for this time, or has completed with success; default 100 ms
/// @param readyWithoutListening named ports that nobody needs to listen on for it to be ready, see
///   [#portsToListenOn()]
/// @param restart the restart policy; the manager's default when empty
/// @param successCodes exit codes that mean success; default 0
/// @param startTimeout from spawn to ready; default 60 s. What is not ready then is looked at once
///   more before it is ended
/// @param minimumUptime an end before this is a failure whatever its code, and where `readyAfter`
///   tells when it is ready, it is not before this time either; default zero
/// @param stop the stop sequence; the manager's default when empty
/// @param hooks host code by point
/// @param output what happens to its output
/// @param extensions what accompanies it from its registration to its removal
/// @param labels free labels, carried by its events
/// @param resources what is watched of its resources, and how they are limited
/// @param launch what the operating system is to do with it from its first instruction on
/// @param onDemand whether [ProcessManager#startAll()] leaves it out unless another needs it
public record ProcessSpec(
    String name,
    Command command,
    Optional<String> directory,
    Environment environment,
    StandardInput stdin,
    Map<String, String> files,
    Map<String, Integer> ports,
    List<Dependency> dependencies,
    Optional<Probe> startup,
    Optional<Probe> ready,
    Optional<Probe> live,
    Duration readyAfter,
    Set<String> readyWithoutListening,
    Optional<RestartPolicy> restart,
    Set<Integer> successCodes,
    Duration startTimeout,
    Duration minimumUptime,
    Optional<StopSequence> stop,
    Map<Hook.Point, Hook> hooks,
    OutputSettings output,
    List<ProcessExtension> extensions,
    Map<String, String> labels,
    ResourceSettings resources,
    LaunchSettings launch,
    boolean onDemand) {

  /// What a shell makes its pid of; before a brace it is a dollar sign of a template.
  private static final Pattern SHELL_PID = Pattern.compile("(?<!\\$)\\$\\$(?![{$])");

  private static final Pattern NAME = Pattern.compile("(?!\\.\\.?$)[A-Za-z0-9._#-]{1,100}");
  private static final Duration READY_AFTER = Duration.ofMillis(100);
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /// Copies and checks the parts.
  ///
  /// @throws InvalidSpecException when a part makes no sense; the message names it, its value and
  ///   the remedy
  public ProcessSpec {
    requireName("name", name, NAME);
    files = Map.copyOf(files);
    files.forEach((path, content) -> {
      if (path.isBlank()) {
        throw new InvalidSpecException("files", path, "name the file");
      }
      InvalidSpecException.rejectNul("files", path);
    });
    ports = Map.copyOf(ports);
    ports.forEach((port, number) -> {
      requireName("ports", port, VARIABLE);
      if (number < 0 || number > 65535) {
        throw new InvalidSpecException(
            "ports." + port, number, "use 1 to 65535, or 0 for a leased one");
      }
    });
    readyWithoutListening = Set.copyOf(readyWithoutListening);
    for (String port : readyWithoutListening) {
      if (!ports.containsKey(port)) {
        throw new InvalidSpecException(
            "readyWithoutListening",
            port,
            "name a port of the specification; there are " + new TreeSet<>(ports.keySet()));
      }
    }
    dependencies = List.copyOf(dependencies);
    for (Dependency dependency : dependencies) {
      if (dependency.process().equals(name)) {
        throw DependencyException.cycle(List.of(name, name));
      }
    }
    successCodes = Set.copyOf(successCodes);
    for (int code : successCodes) {
      if (code < 0 || code > 255) {
        throw new InvalidSpecException("successCodes", code, "use 0 to 255");
      }
    }
    restart.ifPresent(RestartPolicy::requireSound);
    InvalidSpecException.requirePositive("startTimeout", startTimeout);
    InvalidSpecException.requireNotNegative("minimumUptime", minimumUptime);
    if (minimumUptime.compareTo(startTimeout) >= 0) {
      throw new InvalidSpecException(
          "minimumUptime",
          minimumUptime,
          "use less than the start timeout, " + DurationText.of(startTimeout));
    }
    requireInput(stdin, stop, launch);
    InvalidSpecException.requireNotNegative("readyAfter", readyAfter);
    if (readyAfter.compareTo(startTimeout) >= 0 && !readyAfter.equals(READY_AFTER)) {
      throw new InvalidSpecException(
          "readyAfter",
          DurationText.of(readyAfter),
          "use less than the start timeout, " + DurationText.of(startTimeout));
    }
    for (var socket : launch.sockets()) {
      if (socket instanceof ListenSocket.Tcp tcp && !ports.containsKey(tcp.port())) {
        throw new InvalidSpecException(
            "launch.sockets." + tcp.name(),
            tcp.port(),
            "name a port of the specification; there are " + ports.keySet());
      }
    }
    hooks = Map.copyOf(hooks);
    extensions = List.copyOf(extensions);
    labels = Map.copyOf(labels);
    directory.ifPresent(path -> {
      if (path.isBlank()) {
        throw new InvalidSpecException("directory", path, "name a directory, or leave it out");
      }
      InvalidSpecException.rejectNul("directory", path);
    });
  }

  private static void requireInput(
      StandardInput stdin, Optional<StopSequence> stop, LaunchSettings launch) {
    if (stdin instanceof StandardInput.Pipe) {
      return;
    }
    if (launch.terminal().isPresent()) {
      throw new InvalidSpecException(
          "stdin", stdin, "leave it a pipe: a process with a terminal reads from that");
    }
    boolean writes =
        stop.filter(sequence ->
                sequence.steps().stream().anyMatch(StopSequence.Step.Write.class::isInstance))
            .isPresent();
    if (writes) {
      throw new InvalidSpecException(
          "stdin", stdin, "leave it a pipe: its stop sequence writes to it");
    }
  }

  private static void requireName(String field, String value, Pattern pattern) {
    if (!pattern.matcher(value).matches()) {
      throw new InvalidSpecException(
          field,
          value.replace('\0', '?'),
          field.equals("name")
              ? "use 1 to 100 letters, digits and . _ - #"
              : "use names of 1 to 64 letters, digits and . _ -");
    }
  }

  /// All of it, but of the environment only the names of the variables, and of the files only their
  /// paths: values and contents may be passwords.
  @Override
  public String toString() {
    return "ProcessSpec[name=%s, command=%s, directory=%s, environment=%s, stdin=%s, files=%s, ports=%s"
            .formatted(name, command, directory, environment, stdin, files.keySet(), ports)
        + ", dependencies=%s, startup=%s, ready=%s, live=%s, readyAfter=%s, readyWithoutListening=%s"
            .formatted(dependencies, startup, ready, live, readyAfter, readyWithoutListening)
        + ", restart=%s, successCodes=%s".formatted(restart, successCodes)
        + ", startTimeout=%s, minimumUptime=%s, stop=%s, hooks=%s, output=%s, extensions=%s"
            .formatted(
                DurationText.of(startTimeout),
                DurationText.of(minimumUptime),
                stop,
                hooks,
                output,
                extensions)
        + ", labels=%s, resources=%s, launch=%s, onDemand=%s]"
            .formatted(labels, resources, launch, onDemand);
  }

  /// The named ports that tell when it is ready: it is when its own tree listens on each of them,
  /// for connections or datagrams, at whatever address. Empty where a `startup` or `ready` probe
  /// tells, or where no port is left: ports of sockets that are passed on to it are listened on
  /// before it runs, and those of `readyWithoutListening` are not waited for.
  ///
  /// Where it cannot be found out who listens (no `/proc`, or a launcher without
  /// [dev.procman.spi.ProcessLauncher.Capability#LOCAL_PID]), it is ready when each port takes a
  /// TCP connection on this machine.
  public Set<String> portsToListenOn() {
    if (startup.isPresent() || ready.isPresent()) {
      return Set.of();
    }
    var asked = new TreeSet<>(ports.keySet());
    asked.removeAll(readyWithoutListening);
    for (var socket : launch.sockets()) {
      if (socket instanceof ListenSocket.Tcp tcp) {
        asked.remove(tcp.port());
      }
    }
    return Collections.unmodifiableSet(asked);
  }

  /// Whether time tells when it is ready, and neither a probe nor a port, see `readyAfter`.
  public boolean isReadyByTime() {
    return startup.isEmpty() && ready.isEmpty() && portsToListenOn().isEmpty();
  }

  /// Begins a specification.
  public static Builder named(String name) {
    return new Builder(name);
  }

  /// Whether a process that was started from `running` must be restarted to become this: command,
  /// environment, directory, standard input, files, ports, launch settings, character set or the
  /// hook before the start differ. Everything else is taken over in place.
  public boolean needsRestartFrom(ProcessSpec running) {
    return !command.equals(running.command)
        || !directory.equals(running.directory)
        || !environment.equals(running.environment)
        || !stdin.equals(running.stdin)
        || !files.equals(running.files)
        || !ports.equals(running.ports)
        || !launch.equals(running.launch)
        || !output.charset().equals(running.output.charset())
        || !Objects.equals(
            hooks.get(Hook.Point.BEFORE_START), running.hooks.get(Hook.Point.BEFORE_START));
  }

  /// A builder that holds all of this.
  public Builder toBuilder() {
    return new Builder(this);
  }

  /// Collects a specification. Not thread-safe.
  public static final class Builder {
    private String name;
    private Optional<Command> command = Optional.empty();
    private Optional<String> directory = Optional.empty();
    private Environment environment = Environment.ofDefaults();
    private StandardInput stdin = StandardInput.pipe();
    private final Map<String, String> files = new java.util.TreeMap<>();
    private final Map<String, Integer> ports = new java.util.LinkedHashMap<>();
    private final List<Dependency> dependencies = new java.util.ArrayList<>();
    private Optional<Probe> startup = Optional.empty();
    private Optional<Probe> ready = Optional.empty();
    private Optional<Probe> live = Optional.empty();
    private Duration readyAfter = READY_AFTER;
    private final Set<String> readyWithoutListening = new java.util.TreeSet<>();
    private Optional<RestartPolicy> restart = Optional.empty();
    private Set<Integer> successCodes = Set.of(0);
    private Duration startTimeout = Duration.ofSeconds(60);
    private Duration minimumUptime = Duration.ZERO;
    private Optional<StopSequence> stop = Optional.empty();
    private final Map<Hook.Point, Hook> hooks = new java.util.EnumMap<>(Hook.Point.class);
    private OutputSettings output = OutputSettings.ofDefaults();
    private final List<ProcessExtension> extensions = new java.util.ArrayList<>();
    private final Map<String, String> labels = new java.util.TreeMap<>();
    private ResourceSettings resources = ResourceSettings.ofDefaults();
    private LaunchSettings launch = LaunchSettings.ofDefaults();
    private boolean onDemand;

    private Builder(String name) {
      this.name = name;
    }

    private Builder(ProcessSpec spec) {
      name = spec.name;
      command = Optional.of(spec.command);
      directory = spec.directory;
      stdin = spec.stdin;
      files.putAll(spec.files);
      ports.putAll(spec.ports);
      dependencies.addAll(spec.dependencies);
      startup = spec.startup;
      ready = spec.ready;
      live = spec.live;
      readyAfter = spec.readyAfter;
      readyWithoutListening.addAll(spec.readyWithoutListening);
      environment = without(spec.environment, expectations());
      restart = spec.restart;
      successCodes = spec.successCodes;
      startTimeout = spec.startTimeout;
      minimumUptime = spec.minimumUptime;
      stop = spec.stop;
      hooks.putAll(spec.hooks);
      output = spec.output;
      extensions.addAll(spec.extensions);
      labels.putAll(spec.labels);
      resources = spec.resources;
      launch = spec.launch;
      onDemand = spec.onDemand;
    }

    /// Another name.
    public Builder name(String name) {
      this.name = name;
      return this;
    }

    /// The program and its arguments; nothing needs quoting.
    public Builder command(String... argv) {
      return command(List.of(argv));
    }

    /// The program and its arguments; nothing needs quoting.
    public Builder command(List<String> argv) {
      this.command = Optional.of(new Command.Exec(argv));
      return this;
    }

    /// A script for `/bin/sh`; `$$` is the shell's pid, see [#shell(String, String)].
    public Builder shell(String script) {
      return shell("/bin/sh", script);
    }

    /// A script for that shell, run with `-c`. `$NAME`, `$1` and `$$` are the shell's own: `$$` is
    /// its pid. `${...}` is a template of procman, and `$${NAME}` a variable of the shell in
    /// braces.
    public Builder shell(String interpreter, String script) {
      return command(
          new Command.Shell(interpreter, SHELL_PID.matcher(script).replaceAll("\\$\\$\\$\\$")));
    }

    /// The command as it is: a template, in which `$$` is a `$` also where it is a script.
    public Builder command(Command whole) {
      this.command = Optional.of(whole);
      return this;
    }

    /// The working directory.
    public Builder directory(Path directory) {
      return directory(directory.toString().replace("$", "$$"));
    }

    /// The working directory, as a template.
    public Builder directory(String template) {
      this.directory = Optional.of(template);
      return this;
    }

    /// The whole environment.
    public Builder environment(Environment environment) {
      this.environment = environment;
      return this;
    }

    /// Sets a variable.
    ///
    /// @throws InvalidSpecException when the value is null, which happens where it was looked up in
    ///   vain; the message names the variable
    public Builder env(String name, String value) {
      return with(name, value, false);
    }

    /// Sets variables, besides those set so far.
    ///
    /// @throws InvalidSpecException as for [#env(String, String)]
    public Builder env(Map<String, String> variables) {
      variables.forEach(this::env);
      return this;
    }

    /// Sets a variable whose value is masked wherever procman itself says something: in failure
    /// texts, reports, events and the log. [ProcessOutput], files and sinks have the child's own
    /// words.
    public Builder secretEnv(String name, String value) {
      return with(name, value, true);
    }

    private Builder with(String name, String value, boolean secret) {
      var values = new java.util.HashMap<>(environment.values());
      values.put(name, value);
      var secrets = new java.util.HashSet<>(environment.secrets());
      if (secret) {
        secrets.add(name);
      }
      this.environment =
          new Environment(
              environment.inherit(), environment.allowed(), values, environment.unset(), secrets);
      return this;
    }

    /// Removes inherited variables.
    public Builder unsetEnv(String... names) {
      var unset = new java.util.HashSet<>(environment.unset());
      unset.addAll(List.of(names));
      this.environment =
          new Environment(
              environment.inherit(),
              environment.allowed(),
              environment.values(),
              unset,
              environment.secrets());
      return this;
    }

    /// Inherits nothing.
    public Builder inheritNoEnv() {
      return inherit(Environment.Inherit.NONE, Set.of());
    }

    /// Inherits these variables only.
    public Builder inheritEnv(String... names) {
      return inherit(Environment.Inherit.ALLOW_LIST, Set.copyOf(List.of(names)));
    }

    private Builder inherit(Environment.Inherit mode, Set<String> allowed) {
      this.environment =
          new Environment(
              mode, allowed, environment.values(), environment.unset(), environment.secrets());
      return this;
    }

    /// What it reads from its standard input: nothing, a text, a file, or what the host writes.
    public Builder stdin(StandardInput input) {
      this.stdin = input;
      return this;
    }

    /// A file that is written before each start, such as a configuration with the number of a
    /// leased port: `.file("${dir.etc}/app.conf", "port=${port.http}")`.
    ///
    /// @param path templates are filled in; relative to the working directory; its directory is
    ///   made
    /// @param content templates are filled in
    public Builder file(String path, String content) {
      files.put(path, content);
      return this;
    }

    /// These files in place of those so far.
    public Builder files(Map<String, String> all) {
      files.clear();
      files.putAll(all);
      return this;
    }

    /// A named port, leased from the system at the first start.
    public Builder port(String name) {
      return port(name, 0);
    }

    /// A named port with a fixed number.
    public Builder port(String name, int number) {
      ports.put(name, number);
      return this;
    }

    /// Starts only when `process` is ready.
    public Builder dependsOn(String process) {
      return dependsOn(process, Dependency.Condition.READY);
    }

    /// Starts only when `process` has come to that point.
    public Builder dependsOn(String process, Dependency.Condition condition) {
      dependencies.removeIf(dependency -> dependency.process().equals(process));
      dependencies.add(new Dependency(process, condition));
      return this;
    }

    /// These dependencies in place of those so far.
    public Builder dependencies(List<Dependency> all) {
      dependencies.clear();
      dependencies.addAll(all);
      return this;
    }

    /// A startup probe.
    public Builder startup(Probe probe) {
      this.startup = Optional.of(probe);
      return this;
    }

    /// A readiness probe.
    public Builder ready(Probe probe) {
      this.ready = Optional.of(probe);
      return this;
    }

    /// A readiness probe with default timing.
    public Builder ready(dev.procman.spi.HealthCheck check) {
      return ready(Probe.of(check));
    }

    /// A liveness probe.
    public Builder live(Probe probe) {
      this.live = Optional.of(probe);
      return this;
    }

    /// A liveness probe with default timing.
    public Builder live(dev.procman.spi.HealthCheck check) {
      return live(Probe.of(check));
    }

    /// How long it must have lived to be ready, where neither a probe nor a port tells; zero for at
    /// once.
    public Builder readyAfter(Duration uptime) {
      this.readyAfter = uptime;
      return this;
    }

    /// Named ports that it need not listen on to be ready, such as one that only a debugger opens.
    public Builder readyWithoutListening(String... ports) {
      readyWithoutListening.addAll(List.of(ports));
      return this;
    }

    /// The restart policy.
    public Builder restart(RestartPolicy policy) {
      this.restart = Optional.of(policy);
      return this;
    }

    /// Exit codes that mean success.
    public Builder successCodes(Integer... codes) {
      this.successCodes = Set.copyOf(List.of(codes));
      return this;
    }

    /// Time from spawn to ready.
    public Builder startTimeout(Duration timeout) {
      this.startTimeout = timeout;
      return this;
    }

    /// Time before which an end is a failure.
    public Builder minimumUptime(Duration uptime) {
      this.minimumUptime = uptime;
      return this;
    }

    /// The stop sequence.
    public Builder stop(StopSequence sequence) {
      this.stop = Optional.of(sequence);
      return this;
    }

    /// Host code at a point.
    public Builder hook(Hook.Point point, Hook hook) {
      hooks.put(point, hook);
      return this;
    }

    /// What happens to its output.
    public Builder output(OutputSettings settings) {
      this.output = settings;
      return this;
    }

    /// Something that accompanies the process from its registration to its removal.
    public Builder with(ProcessExtension extension) {
      extensions.add(extension);
      return this;
    }

    /// A label.
    public Builder label(String name, String value) {
      labels.put(name, value);
      return this;
    }

    /// What is watched of its resources, and how they are limited.
    public Builder resources(ResourceSettings settings) {
      this.resources = settings;
      return this;
    }

    /// A level whose crossing is told; it takes the place of one for the same value.
    public Builder threshold(ResourceThreshold threshold) {
      return resources(resources.threshold(threshold));
    }

    /// The most it may use.
    public Builder limits(ResourceLimits limits) {
      return resources(resources.limits(limits));
    }

    /// What it declares to need of the manager's budget.
    ///
    /// @throws InvalidSpecException when an amount is negative
    public Builder reserve(long memoryBytes, double cores) {
      return resources(resources.reserve(new ResourceReservation(memoryBytes, cores)));
    }

    /// What the operating system is to do with it: limits, priorities, user, terminal, control
    /// group, sockets.
    public Builder launch(LaunchSettings settings) {
      this.launch = settings;
      return this;
    }

    /// Leaves it out of [ProcessManager#startAll()] unless another process needs it.
    public Builder onDemand() {
      this.onDemand = true;
      return this;
    }

    /// Checks and builds.
    ///
    /// @throws InvalidSpecException when a part makes no sense, no command was given, or a health
    ///   check asks for what it does not have
    public ProcessSpec build() {
      var spec = assemble();
      probes().forEach(probe -> probe.check().validate(spec));
      return spec;
    }

    private Stream<Probe> probes() {
      return Stream.of(startup, ready, live).flatMap(Optional::stream);
    }

    /// What the checks have the process told.
    private Map<String, String> expectations() {
      var expected = new java.util.HashMap<String, String>();
      probes().forEach(probe -> expected.putAll(probe.check().environment()));
      return expected;
    }

    private static Environment with(Environment environment, Map<String, String> expected) {
      var values = new java.util.HashMap<>(expected);
      values.putAll(environment.values());
      return withValues(environment, values);
    }

    private static Environment without(Environment environment, Map<String, String> expected) {
      var values = new java.util.HashMap<>(environment.values());
      expected.forEach(values::remove);
      return withValues(environment, values);
    }

    private static Environment withValues(Environment environment, Map<String, String> values) {
      return new Environment(
          environment.inherit(),
          environment.allowed(),
          values,
          environment.unset(),
          environment.secrets());
    }

    private ProcessSpec assemble() {
      return new ProcessSpec(
          name,
          command.orElseThrow(() ->
              new InvalidSpecException("command", "(none)", "call command(...) or shell(...)")),
          directory,
          with(environment, expectations()),
          stdin,
          files,
          ports,
          dependencies,
          startup,
          ready,
          live,
          readyAfter,
          readyWithoutListening,
          restart,
          successCodes,
          startTimeout,
          minimumUptime,
          stop,
          hooks,
          output,
          extensions,
          labels,
          resources,
          launch,
          onDemand);
    }
  }
}
