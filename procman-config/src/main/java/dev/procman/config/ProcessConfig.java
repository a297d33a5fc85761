package dev.procman.config;

import dev.procman.Command;
import dev.procman.Dependency;
import dev.procman.LaunchSettings;
import dev.procman.OutputSettings;
import dev.procman.ProcessSpec;
import dev.procman.ResourceSettings;
import dev.procman.StandardInput;
import dev.procman.StopSequence;
import dev.procman.spi.StandardRestartPolicy;
import dev.procman.watch.FileWatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// One process as configuration has it. Immutable and compared by value.
///
/// Texts that a specification takes as run-time templates are such here too: `${port.http}` is
/// filled in at each start, `$$` is a `$`. Paths of the host are absolute.
///
/// @param command what to run
/// @param workingDir the working directory, a template; the host's when empty
/// @param environment its environment
/// @param stdin what it reads from its standard input; default a pipe
/// @param files files written before each start, by path; templates
/// @param ports named ports: a number, or 0 for one leased from the system
/// @param dependsOn what must have come to a point before this starts
/// @param startupProbe gates the other probes
/// @param readinessProbe tells when it is ready
/// @param livenessProbe a failure streak of it asks for a restart
/// @param readyAfter where neither a probe nor a port tells when it is ready: once it has lived for
///   this time; default 100 ms
/// @param readyWithoutListening ports on which it need not listen to be ready
/// @param restart the restart policy; the manager's default when empty
/// @param successCodes exit codes that mean success; default 0
/// @param startTimeout from spawn to ready; default 60 s
/// @param minimumUptime an end before this is a failure; default 0
/// @param shutdown the stop sequence; the manager's default when empty
/// @param output what happens to its output; without sinks, which a file cannot name
/// @param resources what is watched of its resources, and how they are limited
/// @param watch which files it is restarted for; without conditions and calls of the host
/// @param launch what the operating system is to do with it
/// @param labels free labels
/// @param onDemand whether it is left out of a start of all; default false
public record ProcessConfig(
    Command command,
    Optional<String> workingDir,
    EnvironmentConfig environment,
    StandardInput stdin,
    Map<String, String> files,
    Map<String, Integer> ports,
    List<Dependency> dependsOn,
    Optional<ProbeConfig> startupProbe,
    Optional<ProbeConfig> readinessProbe,
    Optional<ProbeConfig> livenessProbe,
    Duration readyAfter,
    Set<String> readyWithoutListening,
    Optional<StandardRestartPolicy> restart,
    Set<Integer> successCodes,
    Duration startTimeout,
    Duration minimumUptime,
    Optional<StopSequence> shutdown,
    OutputSettings output,
    ResourceSettings resources,
    Optional<FileWatch> watch,
    LaunchSettings launch,
    Map<String, String> labels,
    boolean onDemand) {

  /// Copies the collections; limits and thresholds come into a fixed order.
  public ProcessConfig {
    files = Ordered.copy(files);
    ports = Ordered.copy(ports);
    dependsOn = List.copyOf(dependsOn);
    readyWithoutListening = Ordered.copy(readyWithoutListening);
    successCodes = Ordered.copy(successCodes);
    labels = Ordered.copy(labels);
    resources = ResourceKeys.canonical(resources);
  }

  /// Begins a process that runs this program.
  public static Builder exec(String... argv) {
    return new Builder(new Command.Exec(List.of(argv)));
  }

  /// Begins a process that runs this script by `/bin/sh`.
  public static Builder shell(String script) {
    return new Builder(new Command.Shell("/bin/sh", script));
  }

  /// Begins a process that runs this.
  public static Builder of(Command command) {
    return new Builder(command);
  }

  /// A builder that holds all of this.
  public Builder toBuilder() {
    return new Builder(this);
  }

  /// What a process of that name is made from.
  ///
  /// @throws dev.procman.InvalidSpecException when a part makes no sense
  public ProcessSpec toSpec(String name) {
    var spec = ProcessSpec.named(name);
    spec.command(command);
    workingDir.ifPresent(spec::directory);
    spec.environment(environment.toEnvironment()).stdin(stdin).files(files);
    ports.forEach(spec::port);
    spec.dependencies(dependsOn);
    startupProbe.ifPresent(probe -> spec.startup(probe.toProbe()));
    readinessProbe.ifPresent(probe -> spec.ready(probe.toProbe()));
    livenessProbe.ifPresent(probe -> spec.live(probe.toProbe()));
    spec.readyAfter(readyAfter).readyWithoutListening(readyWithoutListening.toArray(String[]::new));
    restart.ifPresent(spec::restart);
    spec.successCodes(successCodes.toArray(Integer[]::new))
        .startTimeout(startTimeout)
        .minimumUptime(minimumUptime)
        .output(output)
        .resources(resources)
        .launch(launch);
    shutdown.ifPresent(spec::stop);
    watch.ifPresent(spec::with);
    labels.forEach(spec::label);
    if (onDemand) {
      spec.onDemand();
    }
    return spec.build();
  }

  /// Paths of the files, but not their contents, which may hold passwords.
  @Override
  public String toString() {
    return "ProcessConfig[command=%s, workingDir=%s, environment=%s, stdin=%s, files=%s, ports=%s, dependsOn=%s"
            .formatted(command, workingDir, environment, stdin, files.keySet(), ports, dependsOn)
        + ", startupProbe=%s, readinessProbe=%s, livenessProbe=%s, readyAfter=%s"
            .formatted(startupProbe, readinessProbe, livenessProbe, readyAfter)
        + ", readyWithoutListening=%s, restart=%s, successCodes=%s"
            .formatted(readyWithoutListening, restart, successCodes)
        + ", startTimeout=%s, minimumUptime=%s, shutdown=%s, output=%s, resources=%s, watch=%s"
            .formatted(startTimeout, minimumUptime, shutdown, output, resources, watch)
        + ", launch=%s, labels=%s, onDemand=%s]".formatted(launch, labels, onDemand);
  }

  /// Collects a process. Not thread-safe.
  public static final class Builder {
    private Command command;
    private Optional<String> workingDir = Optional.empty();
    private EnvironmentConfig environment = EnvironmentConfig.ofDefaults();
    private StandardInput stdin = StandardInput.pipe();
    private Map<String, String> files = new LinkedHashMap<>();
    private Map<String, Integer> ports = new LinkedHashMap<>();
    private List<Dependency> dependsOn = new ArrayList<>();
    private Optional<ProbeConfig> startupProbe = Optional.empty();
    private Optional<ProbeConfig> readinessProbe = Optional.empty();
    private Optional<ProbeConfig> livenessProbe = Optional.empty();
    private Duration readyAfter = Duration.ofMillis(100);
    private Set<String> readyWithoutListening = Set.of();
    private Optional<StandardRestartPolicy> restart = Optional.empty();
    private Set<Integer> successCodes = Set.of(0);
    private Duration startTimeout = Duration.ofSeconds(60);
    private Duration minimumUptime = Duration.ZERO;
    private Optional<StopSequence> shutdown = Optional.empty();
    private OutputSettings output = OutputSettings.ofDefaults();
    private ResourceSettings resources = ResourceSettings.ofDefaults();
    private Optional<FileWatch> watch = Optional.empty();
    private LaunchSettings launch = LaunchSettings.ofDefaults();
    private Map<String, String> labels = new LinkedHashMap<>();
    private boolean onDemand;

    private Builder(Command command) {
      this.command = command;
    }

    private Builder(ProcessConfig config) {
      command = config.command;
      workingDir = config.workingDir;
      environment = config.environment;
      stdin = config.stdin;
      files = new LinkedHashMap<>(config.files);
      ports = new LinkedHashMap<>(config.ports);
      dependsOn = new ArrayList<>(config.dependsOn);
      startupProbe = config.startupProbe;
      readinessProbe = config.readinessProbe;
      livenessProbe = config.livenessProbe;
      readyAfter = config.readyAfter;
      readyWithoutListening = config.readyWithoutListening;
      restart = config.restart;
      successCodes = config.successCodes;
      startTimeout = config.startTimeout;
      minimumUptime = config.minimumUptime;
      shutdown = config.shutdown;
      output = config.output;
      resources = config.resources;
      watch = config.watch;
      launch = config.launch;
      labels = new LinkedHashMap<>(config.labels);
      onDemand = config.onDemand;
    }

    private Builder with(Consumer<Builder> change) {
      change.accept(this);
      return this;
    }

    /// Another command.
    public Builder command(Command command) {
      return with(it -> it.command = command);
    }

    /// The working directory, as a template.
    public Builder workingDir(String template) {
      return with(it -> it.workingDir = Optional.of(template));
    }

    /// The whole environment.
    public Builder environment(EnvironmentConfig environment) {
      return with(it -> it.environment = environment);
    }

    /// A variable; templates are filled in.
    public Builder environment(String name, String value) {
      return environment(environment.value(name, value));
    }

    /// A file written before each start.
    public Builder file(String path, String content) {
      return with(it -> it.files.put(path, content));
    }

    /// These files in place of those so far.
    public Builder files(Map<String, String> all) {
      return with(it -> it.files = new LinkedHashMap<>(all));
    }

    /// A port; 0 is leased from the system.
    public Builder port(String name, int number) {
      return with(it -> it.ports.put(name, number));
    }

    /// These ports in place of those so far.
    public Builder ports(Map<String, Integer> all) {
      return with(it -> it.ports = new LinkedHashMap<>(all));
    }

    /// Starts only when `process` has come to that point.
    public Builder dependsOn(String process, Dependency.Condition condition) {
      return with(it -> it.dependsOn.add(new Dependency(process, condition)));
    }

    /// These dependencies in place of those so far.
    public Builder dependsOn(List<Dependency> all) {
      return with(it -> it.dependsOn = new ArrayList<>(all));
    }

    /// A startup probe, or none.
    public Builder startupProbe(Optional<ProbeConfig> probe) {
      return with(it -> it.startupProbe = probe);
    }

    /// A readiness probe, or none.
    public Builder readinessProbe(Optional<ProbeConfig> probe) {
      return with(it -> it.readinessProbe = probe);
    }

    /// A readiness probe with default timing.
    public Builder ready(CheckConfig check) {
      return readinessProbe(Optional.of(ProbeConfig.of(check)));
    }

    /// A liveness probe, or none.
    public Builder livenessProbe(Optional<ProbeConfig> probe) {
      return with(it -> it.livenessProbe = probe);
    }

    /// How long it must have lived to be ready, where neither a probe nor a port tells.
    public Builder readyAfter(Duration uptime) {
      return with(it -> it.readyAfter = uptime);
    }

    /// Ports on which it need not listen to be ready, in place of those so far.
    public Builder readyWithoutListening(Set<String> ports) {
      return with(it -> it.readyWithoutListening = new LinkedHashSet<>(ports));
    }

    /// A restart policy, or the manager's.
    public Builder restart(Optional<StandardRestartPolicy> policy) {
      return with(it -> it.restart = policy);
    }

    /// A restart policy.
    public Builder restart(StandardRestartPolicy policy) {
      return restart(Optional.of(policy));
    }

    /// Exit codes that mean success.
    public Builder successCodes(Set<Integer> codes) {
      return with(it -> it.successCodes = new LinkedHashSet<>(codes));
    }

    /// Time from spawn to ready.
    public Builder startTimeout(Duration timeout) {
      return with(it -> it.startTimeout = timeout);
    }

    /// Time before which an end is a failure.
    public Builder minimumUptime(Duration uptime) {
      return with(it -> it.minimumUptime = uptime);
    }

    /// A stop sequence, or the manager's.
    public Builder shutdown(Optional<StopSequence> sequence) {
      return with(it -> it.shutdown = sequence);
    }

    /// A stop sequence.
    public Builder shutdown(StopSequence sequence) {
      return shutdown(Optional.of(sequence));
    }

    /// What happens to its output.
    public Builder output(OutputSettings settings) {
      return with(it -> it.output = settings);
    }

    /// What happens to its output.
    public Builder output(UnaryOperator<OutputSettings> change) {
      return output(change.apply(output));
    }

    /// What is watched of its resources, and how they are limited.
    public Builder resources(ResourceSettings settings) {
      return with(it -> it.resources = settings);
    }

    /// Which files it is restarted for, or none.
    public Builder watch(Optional<FileWatch> watch) {
      return with(it -> it.watch = watch);
    }

    /// What the operating system is to do with it.
    public Builder launch(LaunchSettings settings) {
      return with(it -> it.launch = settings);
    }

    /// A label.
    public Builder label(String name, String value) {
      return with(it -> it.labels.put(name, value));
    }

    /// What it reads from its standard input.
    public Builder stdin(StandardInput input) {
      return with(it -> it.stdin = input);
    }

    /// These labels in place of those so far.
    public Builder labels(Map<String, String> all) {
      return with(it -> it.labels = new LinkedHashMap<>(all));
    }

    /// Whether it is left out of a start of all.
    public Builder onDemand(boolean yes) {
      return with(it -> it.onDemand = yes);
    }

    /// Builds; what makes no sense shows when a specification is made of it.
    public ProcessConfig build() {
      return new ProcessConfig(
          command,
          workingDir,
          environment,
          stdin,
          files,
          ports,
          dependsOn,
          startupProbe,
          readinessProbe,
          livenessProbe,
          readyAfter,
          readyWithoutListening,
          restart,
          successCodes,
          startTimeout,
          minimumUptime,
          shutdown,
          output,
          resources,
          watch,
          launch,
          labels,
          onDemand);
    }
  }
}
