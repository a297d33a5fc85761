package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.Dependency.Condition;
import dev.procman.Desired;
import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.RegistryException;
import dev.procman.Signal;
import dev.procman.StopSequence;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Removals that meet each other, new dependents, and the end of the manager.
class RemovalTest extends EngineTest {

  /// Obeys TERM when a file of its name is there.
  private ManagedProcess startObeyingLate(String name) throws Exception {
    var process =
        manager.start(
            sh(
                    name,
                    "trap 'until [ -e %s ]; do sleep 0.02; done; exit' TERM; echo up; while :; do sleep 0.05; done"
                        .formatted(temp.resolve(name)))
                .stop(StopSequence.kill().signal(Signal.TERM, LIMIT))
                .build());
    awaitLine(process, "up");
    return process;
  }

  private static void awaitNotWanted(ManagedProcess process) {
    await().atMost(LIMIT).until(() -> process.snapshot().desired() == Desired.DOWN);
  }

  @Test
  void aRemovalThatFailsDoesNotLetAProcessStartAgainWhileItsManagerIsClosing() throws Exception {
    var first = startObeyingLate("first");
    var slow = startObeyingLate("slow");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var removal = threads.submit(first::remove);
      awaitNotWanted(first);
      manager.register(
          ProcessSpec.named("late").command("true").dependsOn("first", Condition.STARTED).build());
      var close = threads.submit(manager::close);
      awaitNotWanted(slow);
      Files.createFile(temp.resolve("first"));
      assertThatThrownBy(() -> removal.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
          .hasMessageContaining("late");
      assertThatThrownBy(first::restart).isInstanceOf(RegistryException.class);
      Files.createFile(temp.resolve("slow"));
      close.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
  }

  @Test
  void aManagerIsClosedToItsEndThoughItsProcessesAreBeingRemoved() throws Exception {
    for (int round = 0; round < 10; round++) {
      var another = builder().orphanGuard(false).build();
      var processes = new ArrayList<ManagedProcess>();
      for (int i = 0; i < 20; i++) {
        processes.add(another.register(ProcessSpec.named("p" + i).command("true").build()));
      }
      closeWhileRemoving(another, processes);
      assertThatThrownBy(() -> another.events().subscribe(_ -> {}))
          .isInstanceOf(RegistryException.class);
    }
  }

  private static void closeWhileRemoving(ProcessManager closing, List<ManagedProcess> processes)
      throws Exception {
    var go = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var removals = new ArrayList<Future<?>>();
      for (var process : processes) {
        removals.add(
            threads.submit(() -> {
              go.await();
              process.remove();
              return true;
            }));
      }
      var close =
          threads.submit(() -> {
            go.await();
            closing.close();
            return true;
          });
      go.countDown();
      close.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      for (var removal : removals) {
        removal.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void anInterruptDoesNotCutARemoval() throws Exception {
    var process = startObeyingLate("interrupted");
    var flag = new CompletableFuture<Boolean>();
    var remover =
        Thread.ofVirtual()
            .start(() -> {
              process.remove();
              flag.complete(Thread.currentThread().isInterrupted());
            });
    awaitNotWanted(process);
    remover.interrupt();
    Files.createFile(temp.resolve("interrupted"));
    assertThat(flag.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(manager.find("interrupted")).isEmpty();
    assertThat(process.snapshot().state()).isEqualTo(ProcessState.STOPPED);
    assertThat(remover.join(Duration.ofSeconds(10))).isTrue();
  }
}
