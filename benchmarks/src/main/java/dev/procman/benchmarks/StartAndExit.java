package dev.procman.benchmarks;

import com.zaxxer.nuprocess.NuAbstractProcessHandler;
import com.zaxxer.nuprocess.NuProcessBuilder;
import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import java.time.Duration;
import java.util.ArrayList;
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
  private static final String ANEW = "Linux launcher, registered anew";
  private static final String AGAIN = "Linux launcher, started again";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private StartAndExit() {}

  static Benchmark benchmark() {
    return new Forked(
        "start-exit",
        "A child that ends at once, from its start to the knowledge of its end",
        List.of(
            Target.atMostTimes(1.25, CASE, "procman, registered anew", "ProcessBuilder"),
            Target.atMostTimes(1.25, CASE, "procman, started again", "ProcessBuilder"),
            Target.atMostTimes(0.65, CASE, AGAIN, "ProcessBuilder"),
            Target.atMostTimes(0.65, CASE, ANEW, "ProcessBuilder"),
            Target.atMostTimes(1.3, CASE, AGAIN, SpawnLimit.NAME)),
        StartAndExit::play);
  }

  private static void play(Effort effort, Samples into) throws Exception {
    var limit = SpawnLimit.start(1, 1);
    try (var managers = new Managers();
        var linux = Managers.linux()) {
      var manager = managers.manager;
      var againOnLinux =
          linux.manager.register(ProcessSpec.named("again").command(PROGRAM).build());
      var again = manager.register(ProcessSpec.named("again").command(PROGRAM).build());
      var contestants =
          new ArrayList<>(
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
                      () ->
                          check(DefaultExecutor.builder().get().execute(new CommandLine(PROGRAM)))),
                  Contestant.timed(ANEW, () -> registerAnew(linux.manager)),
                  Contestant.timed(AGAIN, () -> startAgain(againOnLinux)),
                  new Contestant(
                      "NuProcess", true, () -> Contestant.micros(StartAndExit::nuProcess))));
      limit.ifPresent(program -> contestants.add(new Contestant(SpawnLimit.NAME, program::micros)));
      Turns.play(effort, 5000, 60, IN, contestants, into);
    } finally {
      if (limit.isPresent()) {
        limit.get().close();
      }
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
