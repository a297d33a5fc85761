package dev.procman.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Who is skipped in the search for a tree's members.
class StrangersTest {

  @Test
  void aChildIsKnownUntilItIsReapedSinceItsIdMayBeAnothersThen() throws Exception {
    try (var launches = new Launches()) {
      var told = new Launches.Told();
      var process = launches.launch(told, "/bin/cat");
      assertThat(Handle.isChild(process.pid())).isTrue();

      process.stdin().close();
      assertThat(told.code()).isZero();
      Launches.soon().until(() -> process.tree().isEmpty());

      assertThat(Handle.isChild(process.pid())).isFalse();
    }
  }

  @Test
  void descendantsOfATreeAreNotTakenForOtherChildren() throws Exception {
    try (var launches = new Launches()) {
      var told = new Launches.Told();
      var other = launches.launch(new Launches.Told(), "/bin/cat");
      var process = launches.launch(told, "/bin/sh", "-c", "sleep 1000 & echo; read line");
      launches.launch(new Launches.Told(), "/bin/cat");
      Launches.soon().until(() -> process.tree().size() == 2);

      assertThat(process.tree()).first().isEqualTo(process.pid());
      assertThat(process.tree()).noneMatch(pid -> pid != process.pid() && Handle.isChild(pid));
      assertThat(other.tree()).containsExactly(other.pid());
    }
  }
}
