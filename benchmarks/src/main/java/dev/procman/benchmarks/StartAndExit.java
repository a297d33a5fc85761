package dev.procman.benchmarks;

import com.zaxxer.nuprocess.NuAbstractProcessHandler;
import com.zaxxer.nuprocess.NuProcessBuilder;
import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecutor;
import org.zeroturnaround.exec.ProcessExecutor;

/// What it costs to start a child that ends at once, and to know that it has.
final class StartAndExit {
  static final String CASE = "start and exit of /bin/true";
  private static final Samples.Case IN = new Samples.Case(CASE, Unit.MICROS);
  private static final String PROGRAM = "/bin/true";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private StartAndExit() {}

  static Benchmark benchmark() {
    return new Forked(
        "start-exit",
        "A child that ends at once, from its start to the knowledge of its end",
        List.of(
            Target.atMostTimes(1.25, CASE, "procman, registered anew", "ProcessBuilder"),
            Target.atMostTimes(1.25, CASE, "procman, started again", "ProcessBuilder")),
        StartAndExit::play);
  }

  private static void play(Effort effort, Samples into) throws Exception {
    try (var managers = new Managers()) {
      var manager = managers.manager;
      var again = manager.register(ProcessSpec.named("again").command(PROGRAM).build());
      Turns.play(
          effort,
          1200,
          60,
          IN,
          List.of(
              Contestant.timed(
                  "ProcessBuilder", () -> check(new ProcessBuilder(PROGRAM).start().waitFor())),
              Contestant.timed("procman, registered anew", () -> registerAnew(manager)),
              Contestant.timed("procman, started again", () -> startAgain(again)),
              Contestant.timed(
                  "zt-exec",
                  () -> check(new ProcessExecutor().command(PROGRAM).execute().getExitValue())),
              Contestant.timed(
                  "commons-exec",
                  () -> check(DefaultExecutor.builder().get().execute(new CommandLine(PROGRAM)))),
              new Contestant("NuProcess", true, () -> Contestant.micros(StartAndExit::nuProcess))),
          into);
    }
  }

  private static void registerAnew(ProcessManager manager) throws InterruptedException {
    var process = manager.register(ProcessSpec.named("anew").command(PROGRAM).build());
    startAgain(process);
    process.remove();
  }

  private static void startAgain(ManagedProcess process) throws InterruptedException {
    process.start();
    check(process.awaitExit(LIMIT).success() ? 0 : 1);
  }

  private static void nuProcess() throws InterruptedException {
    var process = new NuProcessBuilder(new NuAbstractProcessHandler() {}, PROGRAM).start();
    check(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS));
  }

  private static void check(int code) {
    if (code != 0) {
      throw new IllegalStateException(PROGRAM + " ended with exit code " + code);
    }
  }
}
