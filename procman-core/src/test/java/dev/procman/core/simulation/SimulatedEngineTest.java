package dev.procman.core.simulation;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Tag;
import dev.procman.Dependency;
import dev.procman.ExitStatus;
import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.ProcmanException;
import dev.procman.StopSequence;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.Backoff;
import dev.procman.spi.RestartPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Random schedules through the whole engine: registry, dependencies, supervisors with their
/// mailboxes and threads, events; only the launcher and the clock are simulated. Looked at from
/// outside: never two live trees of one name, events in a possible order, no fault of the engine,
/// no command left unanswered, nothing alive after close.
///
/// The seed decides what is asked, what each process is like and what happens to it; how threads
/// interleave is the machine's doing, on purpose: the state machine alone is replayed exactly by
/// [RandomScheduleTest], and what is left to find here are races of its shell.
class SimulatedEngineTest {
  private static final int SCHEDULES = Seeds.schedules(150);
  private static final int ACTIONS = 120;
  private static final Duration LIMIT = ofSeconds(20);
  private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

  @TempDir Path temp;

  @Tag("long")
  @Test
  void everyScheduleOfTheEngineKeepsItsPromises() {
    System.out.printf("%,d schedules of the engine from seed %d%n", SCHEDULES, Seeds.base());
    long launches = 0;
    try (var faults = new EngineFaults()) {
      for (long seed = Seeds.base(); seed < Seeds.base() + SCHEDULES; seed++) {
        try {
          var schedule = new Schedule(seed);
          schedule.run();
          launches += schedule.launcher.launches();
          assertThat(faults.seen()).as("faults of the engine").isEmpty();
        } catch (AssertionError | RuntimeException broken) {
          throw new AssertionError(
              "seed %d: %s%nreplay with -Dprocman.simulation.seed=%d -Dprocman.simulation.schedules=1"
                  .formatted(seed, broken.getMessage(), seed),
              broken);
        }
      }
    }
    System.out.printf("%,d launches%n", launches);
    assertThat(launches).isGreaterThan(5L * SCHEDULES);
  }

  private final class Schedule {
    final SimulatedLauncher launcher;
    private final RandomGenerator random;
    private final SimulatedClock clock = new SimulatedClock();
    private final ConcurrentLinkedQueue<ProcessEvent> events = new ConcurrentLinkedQueue<>();
    private final List<CompletableFuture<Void>> asked = new ArrayList<>();
    private final List<ProcessSpec> specs;
    private final ProcessManager manager;

    Schedule(long seed) {
      random = Seeds.random(seed);
      launcher = new SimulatedLauncher(id -> Fate.random(Seeds.random(seed * 31 + id.hashCode())));
      manager =
          ProcessManager.builder()
              .launcher(launcher)
              .clock(clock)
              .orphanGuard(false)
              .stateDirectory(temp)
              .build();
      manager.events().subscribe(events::add);
      specs = specs(random);
    }

    void run() {
      specs.forEach(manager::register);
      manager.startAll();
      for (int i = 0; i < ACTIONS; i++) {
        act();
        if (random.nextBoolean()) {
          Thread.yield();
        }
      }
      launcher.processes().forEach(SimulatedProcess::letGo);
      // Unlike a command, it may not be refused.
      awaitWhileTimePasses(CompletableFuture.runAsync(manager::close, THREADS));
      asked.forEach(this::awaitWhileTimePasses);
      assertThat(launcher.violations()).as("two live generations").isEmpty();
      // A kill is sent on a thread of its own, which simulated time may outrun.
      await()
          .atMost(LIMIT)
          .untilAsserted(() ->
              assertThat(launcher.living())
                  .as("alive after close, except what outlives KILL")
                  .allMatch(SimulatedProcess::isHeld));
      EventStory.check(List.copyOf(events));
    }

    private void act() {
      switch (random.nextInt(16)) {
        case 0 -> onOne(ManagedProcess::start);
        case 1 -> onOne(ManagedProcess::stop);
        case 2 -> onOne(process -> process.stop(StopSequence.kill()));
        case 3 -> onOne(ManagedProcess::restart);
        case 4 -> onOne(ManagedProcess::reset);
        case 5 -> {
          boolean restarts = random.nextBoolean();
          String word = "v" + random.nextInt(3);
          onOne(process -> process.update(changed(process.spec(), restarts, word)));
        }
        case 6 -> replaceOne();
        case 7 -> ask(random.nextInt(4) == 0 ? manager::stopAll : manager::startAll);
        case 8, 9 -> onProcess(process -> process.exit(new ExitStatus.Exited(random.nextInt(2))));
        case 10 -> onProcess(SimulatedProcess::drain);
        case 11 -> onProcess(SimulatedProcess::letGo);
        default -> clock.fireNext();
      }
    }

    private void onOne(Consumer<ManagedProcess> command) {
      String name = specs.get(random.nextInt(specs.size())).name();
      ask(() -> manager.find(name).ifPresent(command));
    }

    private void replaceOne() {
      var spec = specs.get(random.nextInt(specs.size()));
      ask(() -> {
        manager.get(spec.name()).remove();
        manager.start(spec);
      });
    }

    private void onProcess(Consumer<SimulatedProcess> happens) {
      var all = launcher.processes();
      if (!all.isEmpty()) {
        happens.accept(all.get(random.nextInt(all.size())));
      }
    }

    /// On a thread of its own, since it may wait for what the schedule has yet to bring.
    private CompletableFuture<Void> ask(Runnable command) {
      var answer = new CompletableFuture<Void>();
      Thread.ofVirtual()
          .start(() -> {
            try {
              command.run();
              answer.complete(null);
            } catch (ProcmanException refused) {
              answer.complete(null);
            } catch (Throwable unexpected) {
              answer.completeExceptionally(unexpected);
            }
          });
      asked.add(answer);
      return answer;
    }

    private void awaitWhileTimePasses(CompletableFuture<Void> answer) {
      long deadline = System.nanoTime() + LIMIT.toNanos();
      while (!answer.isDone()) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError("a command is not answered; processes " + manager.snapshots());
        }
        if (!clock.fireNext()) {
          LockSupport.parkNanos(50_000);
        }
        launcher.processes().forEach(SimulatedProcess::letGo);
      }
      answer.join();
    }
  }

  private static ProcessSpec changed(ProcessSpec spec, boolean restarts, String word) {
    var builder = spec.toBuilder();
    return restarts ? builder.command("simulated", word).build() : builder.label("v", word).build();
  }

  /// Sweeps wait in real time, so their grace is short.
  private static final StopSequence STOP =
      new StopSequence(List.of(), ofMillis(500)).signal(dev.procman.Signal.TERM, ofMillis(3));

  private static List<ProcessSpec> specs(RandomGenerator random) {
    return List.of(
        spec("db", random).build(),
        spec("web", random).dependsOn("db").build(),
        spec("worker", random).dependsOn("web", Dependency.Condition.STARTED).build(),
        spec("migrate", random).restart(RestartPolicy.never()).build(),
        spec("app", random)
            .dependsOn("migrate", Dependency.Condition.COMPLETED_SUCCESSFULLY)
            .dependsOn("db")
            .build());
  }

  private static ProcessSpec.Builder spec(String name, RandomGenerator random) {
    var policy = random.nextBoolean() ? RestartPolicy.always() : RestartPolicy.onFailure();
    return ProcessSpec.named(name)
        .command("simulated")
        .restart(
            policy
                .limit(random.nextInt(1, 6), ofMinutes(10))
                .backoff(
                    random.nextBoolean()
                        ? Backoff.none()
                        : Backoff.exponential(ofMillis(100), ofSeconds(5))))
        .minimumUptime(random.nextBoolean() ? Duration.ZERO : ofSeconds(1))
        .readyAfter(random.nextBoolean() ? Duration.ZERO : ofMillis(100))
        .stop(STOP);
  }
}
