package dev.procman.junit;

import static dev.procman.junit.Seen.sleeper;
import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ManagedProcess;
import dev.procman.ProcessSpec;
import dev.procman.junit.Supervised.Scope;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

class ScopesTest {

  static class OfEach {
    @Supervised final ProcessSpec spec = sleeper("idle");
    @Supervised ManagedProcess idle;

    @Test
    void one() {
      Seen.running(idle);
    }

    @Test
    void two() {
      Seen.running(idle);
    }
  }

  @Test
  void aProcessOfAnInstanceFieldLivesForOneTest() {
    assertThat(Seen.by(OfEach.class)).hasSize(2).doesNotHaveDuplicates();
  }

  static class OfTheClass {
    @Supervised static final ProcessSpec SPEC = sleeper("idle");
    @Supervised static ManagedProcess idle;

    @BeforeAll
    static void before() {
      Seen.running(idle);
    }

    @Test
    void one() {
      Seen.running(idle);
    }

    @Test
    void two() {
      Seen.running(idle);
    }
  }

  @Test
  void aProcessOfAStaticFieldLivesForTheClass() {
    var pids = Seen.by(OfTheClass.class);
    assertThat(pids).hasSize(3).containsOnly(pids.getFirst());
  }

  static class StaticOfEach {
    @Supervised(scope = Scope.METHOD)
    private static final ProcessSpec SPEC = sleeper("idle");

    @Supervised ManagedProcess idle;

    @Test
    void one() {
      Seen.running(idle);
    }

    @Test
    void two() {
      Seen.running(idle);
    }
  }

  @Test
  void aStaticFieldMayBeForTheTestOnly() {
    assertThat(Seen.by(StaticOfEach.class)).hasSize(2).doesNotHaveDuplicates();
  }

  @TestInstance(Lifecycle.PER_CLASS)
  static class OneInstance {
    @Supervised final ProcessSpec ofTest = sleeper("of-test");
    @Supervised static final ProcessSpec OF_CLASS = sleeper("of-class");

    @Supervised("of-test")
    ManagedProcess mine;

    @Supervised("of-class")
    ManagedProcess ours;

    @BeforeAll
    void before(@Supervised("of-class") ManagedProcess already) {
      Seen.running(already);
    }

    @Test
    void one() {
      Seen.running(mine);
      Seen.running(ours);
    }

    @Test
    void two() {
      Seen.running(mine);
      Seen.running(ours);
    }
  }

  @Test
  void aProcessOfAnInstanceFieldLivesForOneTestAlsoWhenTheInstanceLivesForAll() {
    // Class, test, class, test, class.
    var pids = Seen.by(OneInstance.class);
    assertThat(pids).hasSize(5);
    assertThat(List.of(pids.get(2), pids.get(4))).containsOnly(pids.getFirst());
    assertThat(new HashSet<>(pids)).hasSize(3);
  }
}
