package dev.procman.core.simulation;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.ExitStatus;
import dev.procman.Hook;
import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.RegistryException;
import dev.procman.StopSequence;
import dev.procman.spi.Backoff;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.LaunchListener;
import dev.procman.spi.LaunchRequest;
import dev.procman.spi.LaunchedProcess;
import dev.procman.spi.ProcessLauncher;
import dev.procman.spi.RestartPolicy;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the shell around the state machine must not get wrong, each case with a launcher that makes
/// it happen.
class ShellTest {
  private static final Duration LIMIT = ofSeconds(20);

  @TempDir Path temp;
  private final SimulatedClock clock = new SimulatedClock();
  private final SimulatedLauncher good = new SimulatedLauncher(_ -> Fate.GOOD);
  private ProcessManager manager;

  @BeforeEach
  void useAGoodLauncher() {
    manager = managerOver(good);
  }

  private void use(ProcessLauncher launcher) {
    manager.close();
    manager = managerOver(launcher);
  }

  private ProcessManager managerOver(ProcessLauncher launcher) {
    return ProcessManager.builder()
        .launcher(launcher)
        .clock(clock)
        .orphanGuard(false)
        .stateDirectory(temp)
        .build();
  }

  @AfterEach
  void close() {
    var closing = CompletableFuture.runAsync(manager::close);
    passTimeUntil(closing::isDone);
    closing.join();
    assertThat(good.living()).isEmpty();
  }

  /// Time passes from timer to timer until it is so, and not at once: what is killed is ended by
  /// threads of real time, before whose end no deadline should pass.
  private void passTimeUntil(BooleanSupplier so) {
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> {
          if (!so.getAsBoolean()) {
            clock.fireNext();
          }
          return so.getAsBoolean();
        });
  }

  /// Ready at once, since time stands still here.
  private static ProcessSpec.Builder spec(String name) {
    return ProcessSpec.named(name).command("simulated").readyAfter(Duration.ZERO);
  }

  @Test
  void aLaunchThatFailsAtOnceForEverDoesNotKeepAStopOut() {
    var refusing = new SimulatedLauncher(_ -> Fate.UNLAUNCHABLE);
    use(refusing);
    var policy = RestartPolicy.always().unlimited().backoff(Backoff.none());
    var started =
        CompletableFuture.supplyAsync(
            () -> manager.start(spec("flapping").restart(policy).build()));
    await().atMost(LIMIT).until(() -> refusing.launches() > 100);
    assertThat(started).succeedsWithin(LIMIT);
    assertThat(CompletableFuture.runAsync(started.join()::stop)).succeedsWithin(LIMIT);
    assertThat(started.join().state()).isEqualTo(ProcessState.STOPPED);
  }

  @Test
  void aLauncherThatThrowsAnErrorIsAFailedLaunch() throws InterruptedException {
    use(
        new BrokenLauncher() {
          @Override
          public LaunchedProcess launch(LaunchRequest request, LaunchListener listener) {
            throw new NoClassDefFoundError("a launcher's own dependency");
          }
        });
    var process = manager.start(spec("unlinked").build());
    assertThat(process.awaitState(LIMIT, ProcessState.FAILED).reason()).isNotEmpty();
  }

  @Test
  void aTreeThatCannotBeListedAtTheExitIsLookedAtAgain() throws InterruptedException {
    var failing = new AtomicBoolean(true);
    var listed = new SimulatedLauncher(_ -> Fate.GOOD);
    use(
        new BrokenLauncher() {
          @Override
          public LaunchedProcess launch(LaunchRequest request, LaunchListener listener) {
            var real = listed.launch(request, listener);
            return (LaunchedProcess)
                Proxy.newProxyInstance(
                    LaunchedProcess.class.getClassLoader(),
                    new Class<?>[] {LaunchedProcess.class},
                    (_, method, arguments) -> {
                      if (method.getName().equals("tree") && failing.get()) {
                        throw new IllegalStateException("/proc cannot be read");
                      }
                      return method.invoke(real, arguments);
                    });
          }
        });
    var process = manager.start(spec("unlisted").build());
    listed.processes().getFirst().exit(new ExitStatus.Exited(0));
    process.awaitState(LIMIT, ProcessState.STUCK);
    failing.set(false);
    passTimeUntil(() -> process.state() == ProcessState.COMPLETED);
  }

  @Test
  void anUpdateWhileItWaitsTakesTheNewDependencies() throws InterruptedException {
    manager.register(spec("db").ready(HealthCheck.of("never", () -> false)).build());
    var web = manager.start(spec("web").dependsOn("db").build());
    web.awaitState(LIMIT, ProcessState.WAITING);
    assertThat(web.update(spec("web").build())).isFalse();
    web.awaitState(LIMIT, ProcessState.RUNNING);
  }

  @Test
  void aStopReturnsWhenItIsGoneAlthoughSomebodyStartedItAgain() throws Exception {
    var db = manager.start(spec("db").build());
    db.awaitReady(LIMIT);
    var hook = new CountDownLatch(1);
    var web =
        manager.start(
            spec("web").dependsOn("db").hook(Hook.Point.BEFORE_STOP, _ -> hook.await()).build());
    web.awaitReady(LIMIT);
    var stop = CompletableFuture.runAsync(web::stop);
    web.awaitState(LIMIT, ProcessState.STOPPING);
    web.restart();
    db.stop();
    hook.countDown();
    web.awaitState(LIMIT, ProcessState.WAITING);
    assertThat(stop).succeedsWithin(LIMIT);
  }

  @Test
  void aProcessThatIsRemovedByItsOwnHookIsStoppedFirst() throws Exception {
    var stubborn = new SimulatedLauncher(_ -> new Fate(true, false, false, false, false, false));
    use(stubborn);
    var removed = new CountDownLatch(1);
    manager.start(
        spec("brief")
            .hook(
                Hook.Point.AFTER_READY,
                process -> {
                  process.remove();
                  removed.countDown();
                })
            .build());
    assertThat(removed.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    passTimeUntil(() -> manager.find("brief").isEmpty());
    assertThat(stubborn.living()).isEmpty();
  }

  @Test
  void aRemovalWhoseThreadIsInterruptedIsStillFinished() throws Exception {
    var stubborn = new SimulatedLauncher(_ -> new Fate(true, false, false, false, false, false));
    use(stubborn);
    ManagedProcess process = manager.start(spec("brief").build());
    process.awaitReady(LIMIT);
    var flag = new AtomicBoolean();
    var remover =
        Thread.ofVirtual()
            .start(() -> {
              Thread.currentThread().interrupt();
              process.remove();
              flag.set(Thread.currentThread().isInterrupted());
            });
    passTimeUntil(() -> !remover.isAlive());
    assertThat(flag).isTrue();
    assertThat(manager.find("brief")).isEmpty();
    assertThat(stubborn.living()).isEmpty();
  }

  @Test
  void aRemovalThatFailsWhileTheManagerClosesLetsNobodyStartAgain() throws Exception {
    var stubborn = new SimulatedLauncher(_ -> new Fate(true, false, false, false, false, false));
    use(stubborn);
    var db = manager.start(spec("db").stop(StopSequence.graceful(ofSeconds(1))).build());
    var other = manager.start(spec("other").stop(StopSequence.graceful(ofSeconds(60))).build());
    db.awaitReady(LIMIT);
    other.awaitReady(LIMIT);
    var removal = CompletableFuture.runAsync(db::remove);
    db.awaitState(LIMIT, ProcessState.STOPPING);
    manager.register(spec("web").dependsOn("db").build());
    var closing = CompletableFuture.runAsync(manager::close);
    other.awaitState(LIMIT, ProcessState.STOPPING);
    passTimeUntil(removal::isDone);
    assertThat(removal).isCompletedExceptionally();
    assertThatThrownBy(db::restart).isInstanceOf(RegistryException.class);
    passTimeUntil(closing::isDone);
    assertThat(stubborn.living()).isEmpty();
  }

  @Test
  void whatIsStuckIsNotRemovedBeforeItIsGone() throws Exception {
    var hanging = new SimulatedLauncher(_ -> new Fate(true, false, false, true, false, false));
    use(hanging);
    ManagedProcess process = manager.start(spec("hung").build());
    process.awaitReady(LIMIT);
    var removal = CompletableFuture.runAsync(process::remove);
    passTimeUntil(removal::isDone);
    assertThat(removal)
        .failsWithin(LIMIT)
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(RegistryException.class)
        .withMessageContaining("stuck");
    assertThat(process.state()).isEqualTo(ProcessState.STUCK);
    hanging.processes().getFirst().letGo();
    process.awaitState(LIMIT, ProcessState.STOPPED);
    process.remove();
    assertThat(manager.find("hung")).isEmpty();
  }

  @Test
  void aRemovalThatAClosingManagerOvertookEndsAlthoughTheProcessHadNotQuiteEnded()
      throws Exception {
    var hanging = new SimulatedLauncher(_ -> new Fate(true, false, false, true, false, true));
    use(hanging);
    manager.start(spec("db").build()).awaitReady(LIMIT);
    ManagedProcess web = manager.start(spec("web").dependsOn("db").build());
    web.awaitReady(LIMIT);
    var stop = CompletableFuture.runAsync(web::stop);
    passTimeUntil(stop::isDone);
    assertThat(web.state()).isEqualTo(ProcessState.STUCK);

    var closing = CompletableFuture.runAsync(manager::close);
    // It is asked to stop when the closing manager has given the other one up.
    manager.find("db").orElseThrow().awaitState(LIMIT, ProcessState.STOPPING);
    hanging.processes().getLast().letGo();
    web.awaitState(LIMIT, ProcessState.STOPPING);
    var removal = CompletableFuture.runAsync(web::remove);
    hanging.processes().getFirst().exit(new ExitStatus.Exited(0));
    hanging.processes().getFirst().drain();
    assertThat(closing).succeedsWithin(LIMIT);
    assertThat(removal)
        .failsWithin(LIMIT)
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(RegistryException.class)
        .withMessageContaining("closed");
    assertThat(web.state()).isEqualTo(ProcessState.STOPPING);
  }

  @Test
  void aLauncherThatCannotFreeWhatItKeepsHoldsUpNoEnd() throws Exception {
    var failing = new AtomicBoolean();
    var launched = new SimulatedLauncher(_ -> Fate.GOOD);
    use(
        new BrokenLauncher() {
          @Override
          public LaunchedProcess launch(LaunchRequest request, LaunchListener listener) {
            return launched.launch(request, listener);
          }

          @Override
          public void release(String manager, String process) {
            if (failing.get()) {
              throw new IllegalStateException("the sockets cannot be closed");
            }
          }
        });
    var process = manager.start(withPort("web", 0));
    process.awaitReady(LIMIT);
    int port = process.port("http");
    failing.set(true);
    launched.processes().getFirst().exit(new ExitStatus.Exited(0));
    launched.processes().getFirst().drain();
    process.awaitState(LIMIT, ProcessState.COMPLETED);
    assertThat(CompletableFuture.runAsync(process::remove)).succeedsWithin(LIMIT);
    failing.set(false);
    manager.start(withPort("next", port)).awaitReady(LIMIT);
  }

  /// What is simulated listens nowhere.
  private static ProcessSpec withPort(String name, int port) {
    return spec(name).port("http", port).readyWithoutListening("http").build();
  }

  /// A launcher to be broken by a test.
  private abstract static class BrokenLauncher implements ProcessLauncher {
    @Override
    public String name() {
      return "broken";
    }

    @Override
    public Set<Capability> capabilities() {
      return Set.of(Capability.SIGNALS, Capability.TREE);
    }
  }
}
