package dev.procman.junit;

import static dev.procman.junit.Seen.sleeper;
import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ManagedProcess;
import dev.procman.ProcessSpec;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class NestedAndInheritedTest {

  static class Outer {
    @Supervised static final ProcessSpec SHARED = sleeper("shared");
    @Supervised final ProcessSpec ownSpec = sleeper("own");
    static volatile ManagedProcess met;

    @Nested
    class Inner {
      @Supervised static final ProcessSpec INNER = sleeper("inner");

      @Supervised ManagedProcess shared;
      @Supervised ManagedProcess own;
      @Supervised ManagedProcess inner;

      @Test
      void one() {
        Seen.running(shared);
        Seen.running(own);
        Seen.running(inner);
        met = inner;
      }

      @Test
      void two() {
        one();
      }
    }

    @Nested
    class Other {
      @Supervised ManagedProcess shared;

      @Test
      void knowsNoProcessOfItsSister() {
        Seen.running(shared);
        assertThat(met == null || !met.pid().isPresent()).isTrue();
      }
    }
  }

  @Test
  void aNestedClassSeesTheProcessesOfTheClassAroundIt() {
    var pids = Seen.by(Outer.Inner.class);
    assertThat(pids).hasSize(6);
    assertThat(pids.get(3)).as("of the class around").isEqualTo(pids.get(0));
    assertThat(pids.get(4)).as("of each test").isNotEqualTo(pids.get(1));
    assertThat(pids.get(5)).as("of the nested class").isEqualTo(pids.get(2));
  }

  @Test
  void theProcessesOfANestedClassEndWithIt() {
    var pids = Seen.by(Outer.class);
    assertThat(pids).hasSize(7);
  }

  static class Base {
    @Supervised static final ProcessSpec OF_BASE = sleeper("of-base");
    @Supervised final ProcessSpec eachOfBase = sleeper("each-of-base");

    @Supervised("each-of-base")
    private ManagedProcess each;

    @Test
    void inherited(@Supervised("of-base") ManagedProcess ofBase) {
      Seen.running(ofBase);
      Seen.running(each);
    }
  }

  static class Heir extends Base {
    @Supervised
    private final ProcessSpec spec =
        sleeper("mine").toBuilder().dependsOn("of-base").dependsOn("each-of-base").build();

    @Supervised private ManagedProcess mine;

    @Override
    @Test
    void inherited(@Supervised("of-base") ManagedProcess ofBase) {
      super.inherited(ofBase);
      Seen.running(mine);
    }
  }

  @Test
  void fieldsOfSuperclassesCountAndEachClassHasProcessesOfItsOwn() {
    assertThat(Seen.by(Heir.class)).hasSize(3);
    assertThat(Seen.by(Base.class, Heir.class)).hasSize(5).doesNotHaveDuplicates();
  }
}
