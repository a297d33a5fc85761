package dev.procman.benchmarks;

import dev.procman.ExitStatus;
import dev.procman.ManagedProcess;
import dev.procman.ProcessSpec;
import dev.procman.Signal;
import dev.procman.spi.LaunchListener;
import dev.procman.spi.LaunchRequest;
import dev.procman.spi.LaunchedProcess;
import dev.procman.spi.ProcessLauncher;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// What the engine itself costs: the launcher is simulated, and its processes end at once.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SupervisionBenchmark {
  private static final String CASE = "supervision alone, simulated child";
  private static final String AGAIN = "procman, started again";
  private static final String ANEW = "procman, registered anew";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private Managers managers;
  private ManagedProcess again;

  static dev.procman.benchmarks.Benchmark benchmark() {
    var in = new Samples.Case(CASE, Unit.MICROS);
    return new JmhRounds(
        "supervision",
        "The engine without the operating system: start, exit and report of a simulated child",
        List.of(Target.atMost(100, CASE, AGAIN), Target.atMost(100, CASE, ANEW)),
        List.of(
            new JmhRounds.Entry(
                in, AGAIN, SupervisionBenchmark.class, "startAgain", Map.of(), us -> us),
            new JmhRounds.Entry(
                in, ANEW, SupervisionBenchmark.class, "registerAnew", Map.of(), us -> us)));
  }

  /// Opens a manager.
  @Setup
  public void open() throws IOException {
    // No guard: it is a process, and its part is paid once in a manager's life.
    managers = new Managers(builder -> builder.launcher(new AtOnce()).orphanGuard(false));
    again = managers.manager.register(spec("again"));
  }

  /// Closes it.
  @TearDown
  public void close() {
    managers.close();
  }

  private static ProcessSpec spec(String name) {
    return ProcessSpec.named(name).command("simulated").build();
  }

  /// One that is registered is started and ends.
  @org.openjdk.jmh.annotations.Benchmark
  public Object startAgain() throws InterruptedException {
    again.start();
    return again.awaitExit(LIMIT);
  }

  /// One is registered, started, ends, and is removed.
  @org.openjdk.jmh.annotations.Benchmark
  public Object registerAnew() throws InterruptedException {
    var process = managers.manager.register(spec("anew"));
    process.start();
    var report = process.awaitExit(LIMIT);
    process.remove();
    return report;
  }

  /// Its processes end before their launch returns.
  private static final class AtOnce implements ProcessLauncher {
    @Override
    public String name() {
      return "at once";
    }

    @Override
    public Set<Capability> capabilities() {
      return Set.of(Capability.SIGNALS, Capability.TREE);
    }

    @Override
    public LaunchedProcess launch(LaunchRequest request, LaunchListener listener) {
      listener.onExit(new ExitStatus.Exited(0));
      listener.onDrained(false);
      return new Ended();
    }
  }

  /// A process that has ended.
  private static final class Ended implements LaunchedProcess {
    @Override
    public long pid() {
      return -1;
    }

    @Override
    public boolean isAlive() {
      return false;
    }

    @Override
    public boolean signal(Signal signal) {
      return false;
    }

    @Override
    public void signalTree(Signal signal) {}

    @Override
    public List<Long> tree() {
      return List.of();
    }

    @Override
    public OutputStream stdin() {
      return OutputStream.nullOutputStream();
    }
  }
}
