package dev.procman.junit;

import static dev.procman.junit.Seen.sleeper;
import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.Hook;
import dev.procman.ManagedProcess;
import dev.procman.Probe;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessSpec;
import dev.procman.junit.Supervised.Scope;
import dev.procman.spi.HealthResult;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

class SessionTest {
  private static final ProcessSpec SHARED = sleeper("shared");

  static class First {
    @Supervised(scope = Scope.SESSION)
    static final ProcessSpec SPEC = SHARED;

    @Supervised static ManagedProcess shared;

    @Test
    void sees() {
      Seen.running(shared);
    }
  }

  static class Second {
    @Supervised(scope = Scope.SESSION)
    static final ProcessSpec SPEC = sleeper("shared");

    @Test
    void sees(@Supervised ManagedProcess shared) {
      Seen.running(shared);
    }
  }

  private static List<Throwable> run(
      LauncherSession session, Map<String, String> parameters, Class<?>... samples) {
    var summary = new SummaryGeneratingListener();
    session
        .getLauncher()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(Kit.selectors(samples))
                .configurationParameters(parameters)
                .build(),
            summary);
    assertThat(summary.getSummary().getTestsFoundCount()).isGreaterThanOrEqualTo(samples.length);
    return summary.getSummary().getFailures().stream()
        .map(failure -> failure.getException())
        .toList();
  }

  @Test
  void oneProcessServesAllClassesAndRunsUntilTheSessionIsClosed() {
    Seen.take();
    try (var session = LauncherFactory.openSession()) {
      assertThat(run(session, Map.of(), First.class, Second.class)).isEmpty();
      assertThat(run(session, Map.of(), First.class)).isEmpty();
      assertThat(Seen.isAlive(Seen.take().getFirst())).isTrue();
      assertThat(run(session, Map.of(), First.class, Second.class)).isEmpty();
      var pids = Seen.take();
      assertThat(pids).hasSize(2).containsOnly(pids.getFirst()).allMatch(Seen::isAlive);
      session.close();
      assertThat(pids).noneMatch(Seen::isAlive);
    }
  }

  /// Its first start never ends by itself.
  static final class Slow {
    private static final AtomicLong FIRST = new AtomicLong();
    private static final Thread STARTER = Thread.currentThread();

    static final ProcessSpec SPEC =
        sleeper("slow").toBuilder()
            .ready(
                Probe.of(context -> {
                  if (FIRST.compareAndSet(0, context.pid())) {
                    STARTER.interrupt();
                  }
                  return FIRST.get() == context.pid()
                      ? HealthResult.failing("not yet")
                      : HealthResult.healthy();
                }))
            .build();

    private Slow() {}
  }

  static class Interrupted {
    @Supervised(scope = Scope.SESSION)
    static final ProcessSpec SPEC = Slow.SPEC;

    @Test
    void sees(@Supervised ManagedProcess slow) {
      Seen.running(slow);
    }
  }

  static class NotInterrupted extends Interrupted {}

  @Test
  void aStartThatIsInterruptedIsTriedAgainByTheNextClass() {
    Seen.take();
    try (var session = LauncherFactory.openSession()) {
      assertThat(run(session, Map.of(), Interrupted.class, NotInterrupted.class))
          .singleElement()
          .isInstanceOf(InterruptedException.class);
      assertThat(Seen.take()).hasSize(1).doesNotContain(Slow.FIRST.get());
      assertThat(Seen.isAlive(Slow.FIRST.get())).isFalse();
    }
  }

  static class Crowd {
    static final CountDownLatch ALL = new CountDownLatch(6);

    @Supervised(scope = Scope.SESSION)
    static final ProcessSpec SPEC = SHARED;

    @Test
    void sees(@Supervised ManagedProcess shared) throws Exception {
      Seen.running(shared);
      ALL.countDown();
      assertThat(ALL.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  static class Crowd1 extends Crowd {}

  static class Crowd2 extends Crowd {}

  static class Crowd3 extends Crowd {}

  static class Crowd4 extends Crowd {}

  static class Crowd5 extends Crowd {}

  @Test
  void classesThatAskAtTheSameTimeShareOne() {
    Seen.take();
    try (var session = LauncherFactory.openSession()) {
      assertThat(
              run(
                  session,
                  Kit.PARALLEL,
                  Crowd.class,
                  Crowd1.class,
                  Crowd2.class,
                  Crowd3.class,
                  Crowd4.class,
                  Crowd5.class))
          .isEmpty();
    }
    var pids = Seen.take();
    assertThat(pids).hasSize(6).containsOnly(pids.getFirst()).noneMatch(Seen::isAlive);
  }

  static class Different {
    @Supervised(scope = Scope.SESSION)
    static final ProcessSpec SPEC = sleeper("shared").toBuilder().env("OTHER", "1").build();

    @Test
    void sees() {}
  }

  @Test
  void anotherSpecificationOfThatNameIsRefused() {
    try (var session = LauncherFactory.openSession()) {
      assertThat(run(session, Map.of(), First.class, Different.class))
          .singleElement()
          .isInstanceOfSatisfying(
              ExtensionConfigurationException.class,
              refused -> assertThat(refused).hasMessageContainingAll("'shared'", "rename one"));
    }
  }

  static class MoodyOnce {
    static final AtomicInteger STARTS = new AtomicInteger();

    @Supervised(scope = Scope.SESSION)
    static final ProcessSpec SPEC =
        sleeper("moody").toBuilder()
            .hook(
                Hook.Point.BEFORE_START,
                _ -> {
                  if (STARTS.getAndIncrement() == 0) {
                    throw new IllegalStateException("not today");
                  }
                })
            .build();

    @Test
    void sees(@Supervised("moody") ManagedProcess moody) {
      Seen.running(moody);
    }
  }

  @Test
  void aFailedStartHarmsNoOtherProcessOfTheSessionAndMayBeTriedAgain() {
    Seen.take();
    try (var session = LauncherFactory.openSession()) {
      assertThat(run(session, Map.of(), First.class)).isEmpty();
      assertThat(run(session, Map.of(), MoodyOnce.class))
          .singleElement()
          .isInstanceOfSatisfying(
              ProcessNotReadyException.class,
              failed -> assertThat(failed).hasMessageContainingAll("'moody'", "not today"));
      assertThat(run(session, Map.of(), MoodyOnce.class, First.class)).isEmpty();
    }
    var pids = Seen.take();
    assertThat(pids).hasSize(3).noneMatch(Seen::isAlive);
    assertThat(pids.getFirst()).isIn(pids.get(1), pids.get(2));
  }
}
