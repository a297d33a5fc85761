package dev.procman.junit;

import static dev.procman.junit.Seen.sleeper;
import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeakCheckTest {
  private static Process left;

  @AfterEach
  void end() throws Exception {
    if (left != null) {
      assertThat(left.destroyForcibly().waitFor(20, TimeUnit.SECONDS)).isTrue();
      left = null;
    }
  }

  @LeakCheck
  static class Leaking {
    @Test
    void leaves() throws Exception {
      left = new ProcessBuilder("sleep", "1001").start();
    }
  }

  static class LeakingInOne {
    @Test
    @LeakCheck
    void leaves() throws Exception {
      left = new ProcessBuilder("sleep", "1001").start();
    }
  }

  static class Heir extends Leaking {}

  @Test
  void aTestThatLeavesAProcessFailsWithItsCommandLine() {
    assertThat(Kit.run(Leaking.class).failure())
        .isInstanceOf(AssertionError.class)
        .hasMessageContainingAll("left processes behind", "pid " + left.pid(), "sleep 1001");
  }

  @Test
  void oneMethodOrASubclassMayBeCheckedToo() throws Exception {
    assertThat(Kit.run(LeakingInOne.class).failure()).hasMessageContaining("pid " + left.pid());
    end();
    assertThat(Kit.run(Heir.class).failure()).hasMessageContaining("pid " + left.pid());
  }

  @LeakCheck
  static class Tidy {
    @Supervised static final ProcessSpec OF_CLASS = sleeper("of-class");
    @Supervised final ProcessSpec spec = sleeper("of-test");

    @Test
    void startsWhatProcmanSupervises(
        @Supervised("of-test") ManagedProcess process, @Supervised ProcessManager manager)
        throws Exception {
      Seen.running(process);
      manager.start(sleeper("more")).awaitReady(Duration.ofSeconds(10));
    }

    @Test
    void waitsForTheEndOfAnother() throws Exception {
      assertThat(new ProcessBuilder("true").start().waitFor()).isZero();
    }

    @Test
    void doesNotWaitForOneThatEndsSoon() throws Exception {
      new ProcessBuilder("sleep", "0.1").start();
    }
  }

  @Test
  void processesOfProcmanAndThoseThatEndAreNoLeak() {
    assertThat(Seen.by(Tidy.class)).hasSize(1);
  }

  @Test
  void whatWasThereBeforeIsNoLeak() throws Exception {
    left = new ProcessBuilder("sleep", "1001").start();
    assertThat(Seen.by(Tidy.class)).hasSize(1);
  }
}
