package dev.procman.junit;

import static dev.procman.junit.Seen.sleeper;
import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.Dependency;
import dev.procman.ManagedProcess;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.junit.Supervised.Scope;
import dev.procman.spi.Backoff;
import dev.procman.spi.RestartPolicy;
import java.time.Duration;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.opentest4j.AssertionFailedError;

/// A test whose process has ended by itself is not green.
class FixtureEndsTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /// Ends when it is told to, with a code.
  private static ProcessSpec.Builder mortal(String name) {
    return ProcessSpec.named(name).shell("read code; echo last words; exit $code");
  }

  private static void die(ManagedProcess process, int code) throws Exception {
    process.input().write(code + "\n");
    var _ = process.awaitExit(LIMIT);
  }

  static class Crashing {
    @Supervised final ProcessSpec spec = mortal("service").build();

    @Test
    void doesNotLook(@Supervised ManagedProcess service) throws Exception {
      die(service, 3);
    }
  }

  @Test
  void aTestWhoseProcessHasCrashedFailsAndSaysHow() {
    assertThat(Kit.run(Crashing.class).failure())
        .isInstanceOf(AssertionFailedError.class)
        .hasMessageContainingAll(
            "'service' ended by itself", "exit code 3", "FAILED", "last words", "mayEnd = true")
        .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));
  }

  static class Leaving {
    @Supervised final ProcessSpec spec = mortal("service").build();

    @Test
    void doesNotLook(@Supervised ManagedProcess service) throws Exception {
      die(service, 0);
    }
  }

  @Test
  void aSuccessIsAnEndToo() {
    assertThat(Kit.run(Leaving.class).failure()).hasMessageContaining("COMPLETED");
  }

  static class Killed {
    @Supervised final ProcessSpec spec = sleeper("service");

    @Test
    void isNotTold(@Supervised ManagedProcess service) throws Exception {
      var handle = ProcessHandle.of(service.pid().orElseThrow()).orElseThrow();
      assertThat(handle.destroyForcibly()).isTrue();
      assertThat(handle.onExit()).succeedsWithin(LIMIT);
    }
  }

  @Test
  void anEndThatItsManagerHasNotHeardOfYetCounts() {
    for (int run = 0; run < 10; run++) {
      assertThat(Kit.run(Killed.class).failure()).hasMessageContaining("signal KILL (9)");
    }
  }

  static class StartedAgain {
    @Supervised
    final ProcessSpec spec =
        mortal("service").restart(RestartPolicy.always().backoff(Backoff.none())).build();

    @Test
    void doesNotLook(@Supervised ManagedProcess service) throws Exception {
      die(service, 3);
      service.awaitReady(LIMIT);
    }
  }

  @Test
  void anEndAfterWhichItWasStartedAgainCounts() {
    assertThat(Kit.run(StartedAgain.class).failure()).hasMessageContaining("was started again");
  }

  @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
  static class ForTheClass {
    @Supervised static final ProcessSpec SPEC = mortal("service").build();
    @Supervised static ManagedProcess service;

    @Test
    @Order(1)
    void before() {
      Seen.running(service);
    }

    @Test
    @Order(2)
    void itDies() throws Exception {
      die(service, 3);
    }

    @Test
    @Order(3)
    void isUsedThoughItIsDead() {
      assertThat(service.state()).isEqualTo(ProcessState.FAILED);
    }

    @Test
    @Order(4)
    void startsItAgain() throws Exception {
      service.start();
      service.awaitReady(LIMIT);
    }

    @Test
    @Order(5)
    void after() {
      Seen.running(service);
    }
  }

  @Test
  void ofTheTestsOfAClassThoseFailThatHadADeadProcess() {
    var kit = Kit.run(ForTheClass.class);
    assertThat(kit.failures()).hasSize(2);
    assertThat(kit.succeeded()).isEqualTo(3);
  }

  static class Meant {
    @Supervised(mayEnd = true)
    static final ProcessSpec OF_CLASS = mortal("of-class").build();

    @Supervised(mayEnd = true)
    final ProcessSpec spec = mortal("of-test").build();

    @Supervised(mayEnd = true, scope = Scope.SESSION)
    static final ProcessSpec OF_SESSION = mortal("mortal-of-session").build();

    @Test
    void theyEnd(
        @Supervised("of-class") ManagedProcess ofClass,
        @Supervised("of-test") ManagedProcess ofTest,
        @Supervised("mortal-of-session") ManagedProcess ofSession)
        throws Exception {
      die(ofClass, 3);
      die(ofTest, 0);
      die(ofSession, 3);
    }
  }

  static class MeantByTheBuilder {
    @RegisterExtension
    static final ProcmanExtension PROCMAN =
        ProcmanExtension.builder().start(mortal("service").build()).mayEnd("service").build();

    @Test
    void itEnds(@Supervised ManagedProcess service) throws Exception {
      die(service, 3);
    }
  }

  static class NotMeantByTheBuilder {
    @RegisterExtension
    static final ProcmanExtension PROCMAN =
        ProcmanExtension.builder().start(mortal("service").build()).build();

    @Test
    void itEnds(@Supervised ManagedProcess service) throws Exception {
      die(service, 3);
    }
  }

  @Test
  void whatMayEndEndsWithoutAWord() {
    assertThat(Kit.run(Meant.class).failures()).isEmpty();
    assertThat(Kit.run(MeantByTheBuilder.class).failures()).isEmpty();
    assertThat(Kit.run(NotMeantByTheBuilder.class).failure())
        .hasMessageContaining("'service' ended by itself");
  }

  static class Asked {
    @Supervised static final ProcessSpec SPEC = sleeper("service");

    @Test
    void stops(@Supervised ManagedProcess service) {
      var _ = service.stop();
    }

    @Test
    void startsAndStops(@Supervised ManagedProcess service) throws Exception {
      service.start();
      service.awaitReady(LIMIT);
      service.restart();
      service.awaitReady(LIMIT);
    }
  }

  @Test
  void whatATestAsksForIsNoEndByItself() {
    assertThat(Kit.run(Asked.class).failures()).isEmpty();
  }

  static class Migrated {
    @Supervised
    static final ProcessSpec MIGRATION = ProcessSpec.named("migration").command("true").build();

    @Supervised
    static final ProcessSpec SLOW_MIGRATION = ProcessSpec.named("slow").shell("sleep 0.3").build();

    @Supervised
    static final ProcessSpec APP =
        sleeper("app").toBuilder()
            .dependsOn("migration")
            .dependsOn("slow", Dependency.Condition.COMPLETED_SUCCESSFULLY)
            .build();

    @Test
    void runs(@Supervised("app") ManagedProcess app) {
      Seen.running(app);
    }
  }

  @Test
  void whatHadCompletedBeforeOrIsAwaitedByAnotherIsDone() {
    assertThat(Kit.run(Migrated.class).failures()).isEmpty();
  }
}
