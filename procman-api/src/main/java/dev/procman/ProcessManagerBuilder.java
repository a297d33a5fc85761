package dev.procman;

import dev.procman.spi.ManagerSettings;
import dev.procman.spi.ProcessLauncher;
import dev.procman.spi.ProcessManagerProvider;
import dev.procman.spi.ProcmanClock;
import dev.procman.spi.ResourceSampler;
import dev.procman.spi.RestartPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.ServiceLoader;

/// Settings of a [ProcessManager]. Not thread-safe.
public final class ProcessManagerBuilder {
  private String name = "procman";
  private Optional<ProcessLauncher> launcher = Optional.empty();
  private Optional<ResourceSampler> sampler = Optional.empty();
  private ProcmanClock clock = ProcmanClock.system();
  private Optional<RestartPolicy> restartPolicy = Optional.empty();
  private Optional<StopSequence> stopSequence = Optional.empty();
  private Duration shutdownTimeout = Duration.ofSeconds(30);
  private Optional<Path> stateDirectory = Optional.empty();
  private boolean orphanGuard = true;
  private boolean nativeAccessWarning;
  private Duration samplingInterval = Duration.ofSeconds(1);
  private double samplingShare = 0.01;
  private Optional<ResourceBudget> budget = Optional.empty();

  ProcessManagerBuilder() {}

  /// Names the manager, for logs and threads; default `procman`.
  ///
  /// @throws InvalidSpecException when it is blank
  public ProcessManagerBuilder name(String name) {
    if (name.isBlank()) {
      throw new InvalidSpecException("manager.name", name, "give a name");
    }
    this.name = name;
    return this;
  }

  /// Uses this launcher instead of the best one found; the manager closes it.
  public ProcessManagerBuilder launcher(ProcessLauncher launcher) {
    this.launcher = Optional.of(launcher);
    return this;
  }

  /// Uses this sampler instead of one found, to measure what processes use; the manager closes it.
  public ProcessManagerBuilder sampler(ResourceSampler sampler) {
    this.sampler = Optional.of(sampler);
    return this;
  }

  /// Uses this clock; for tests.
  public ProcessManagerBuilder clock(ProcmanClock clock) {
    this.clock = clock;
    return this;
  }

  /// The policy of processes whose specification names none; default [RestartPolicy#never()].
  ///
  /// @throws InvalidSpecException when it contradicts itself
  public ProcessManagerBuilder defaultRestart(RestartPolicy policy) {
    policy.requireSound();
    this.restartPolicy = Optional.of(policy);
    return this;
  }

  /// The stop sequence of processes whose specification names none; default
  /// [StopSequence#ofDefaults()].
  public ProcessManagerBuilder defaultStop(StopSequence sequence) {
    this.stopSequence = Optional.of(sequence);
    return this;
  }

  /// How long [ProcessManager#close()], and with it the end of the JVM, lets stop sequences run
  /// before it kills; default 30 s. The time is shared: a process whose stop begins may take what
  /// is left of it, divided by the number of processes that are still to be stopped one after the
  /// other, itself included, so that none is killed without having been asked to end. A hook before
  /// the stop may take half of that. A stop sequence that may take longer than all of it is warned
  /// of when its process is registered, and the report of one that was cut short says so.
  ///
  /// @throws InvalidSpecException when it is not above zero
  public ProcessManagerBuilder shutdownTimeout(Duration timeout) {
    InvalidSpecException.requirePositive("manager.shutdownTimeout", timeout);
    this.shutdownTimeout = timeout;
    return this;
  }

  /// Where ledgers and port leases live, shared by the JVMs of one user. Survivors of a JVM that
  /// was killed are ended by the next manager that uses the same directory. It must belong to the
  /// user id that this JVM runs as, and nobody else may write to it; such a right is taken away
  /// when there is nothing but procman's own in it. A directory that does not fit makes [#build()]
  /// fail with an [InvalidSpecException].
  ///
  /// Default: `procman` under `XDG_RUNTIME_DIR` if that is set and this user's, else
  /// `procman-<uid>` under the system's temporary directory. A default that is not this user's
  /// alone is not used: the log says so, and the next of `procman-<uid>-2` to `-9` is.
  public ProcessManagerBuilder stateDirectory(Path directory) {
    this.stateDirectory = Optional.of(directory);
    return this;
  }

  /// Whether a helper process ends the children when this JVM is killed; default true.
  public ProcessManagerBuilder orphanGuard(boolean on) {
    this.orphanGuard = on;
    return this;
  }

  /// Accepts that the JVM prints a warning about native access, once, where it was not started with
  /// `--enable-native-access`: then the launcher of `procman-linux` is used all the same. A later
  /// version of Java will forbid what it warns of. Default false: without that option of the JVM
  /// the portable launcher is used, and nothing is printed.
  public ProcessManagerBuilder acceptNativeAccessWarning(boolean accepted) {
    this.nativeAccessWarning = accepted;
    return this;
  }

  /// How often processes with thresholds or limits are measured; default 1 s.
  ///
  /// @throws InvalidSpecException when it is below 10 ms
  public ProcessManagerBuilder samplingInterval(Duration interval) {
    if (interval.compareTo(Duration.ofMillis(10)) < 0) {
      throw new InvalidSpecException("manager.samplingInterval", interval, "use 10 ms or more");
    }
    this.samplingInterval = interval;
    return this;
  }

  /// The share of one core that measuring may take, above 0 to 1; default 0.01. Where that does not
  /// suffice, processes are measured more rarely; those with thresholds or limits never more rarely
  /// than every five intervals.
  ///
  /// @throws InvalidSpecException when it is out of range
  public ProcessManagerBuilder samplingShare(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new InvalidSpecException("manager.samplingShare", share, "use above 0 to 1");
    }
    this.samplingShare = share;
    return this;
  }

  /// How much the processes may reserve together; default without bounds.
  public ProcessManagerBuilder budget(ResourceBudget budget) {
    this.budget = Optional.of(budget);
    return this;
  }

  /// Creates the manager.
  ///
  /// @throws IllegalStateException when no implementation is on the class path or module path: add
  ///   `procman-core`
  public ProcessManager build() {
    var settings =
        new ManagerSettings(
            name,
            launcher,
            sampler,
            clock,
            restartPolicy,
            stopSequence,
            shutdownTimeout,
            stateDirectory,
            orphanGuard,
            nativeAccessWarning,
            new ManagerSettings.Measuring(samplingInterval, samplingShare, budget));
    return ServiceLoader.load(ProcessManagerProvider.class, ProcessManager.class.getClassLoader())
        .findFirst()
        .orElseThrow(() ->
            new IllegalStateException(
                "no procman engine found: add dev.procman:procman-core to the class path"))
        .create(settings);
  }
}
