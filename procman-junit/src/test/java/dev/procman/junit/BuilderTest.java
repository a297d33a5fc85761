package dev.procman.junit;

import static dev.procman.junit.Seen.sleeper;
import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ManagedProcess;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BuilderTest {

  static class InAStaticField {
    @RegisterExtension
    static final ProcmanExtension PROCMAN =
        ProcmanExtension.builder().start(sleeper("db")).start(sleeper("cache")).build();

    @Test
    void one(@Supervised ManagedProcess db, @Supervised ManagedProcess cache) {
      Seen.running(db);
      Seen.running(cache);
    }

    @Nested
    class Inner {
      @Test
      void two(@Supervised ManagedProcess db, @Supervised ManagedProcess cache) {
        one(db, cache);
      }
    }
  }

  @Test
  void anExtensionInAStaticFieldStartsItsProcessesOnceForTheClassAndThoseWithin() {
    var pids = Seen.by(InAStaticField.class);
    assertThat(pids).hasSize(4).startsWith(pids.get(2), pids.get(3));
    assertThat(pids.get(0)).isNotEqualTo(pids.get(1));
  }

  static class InAnInstanceField {
    @RegisterExtension
    final ProcmanExtension procman = ProcmanExtension.builder().start(sleeper("db")).build();

    @Supervised ManagedProcess db;

    @Test
    void one() {
      Seen.running(db);
    }

    @Test
    void two() {
      Seen.running(db);
    }
  }

  @Test
  void anExtensionInAnInstanceFieldStartsItsProcessesForEachTest() {
    assertThat(Seen.by(InAnInstanceField.class)).hasSize(2).doesNotHaveDuplicates();
  }
}
