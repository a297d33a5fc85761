package dev.procman.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.proc.Belonging;
import dev.procman.proc.ProcFs;
import dev.procman.proc.ProcessTree;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Members of a tree that only a launcher's own proof tells of.
class BelongingTest {
  private Process root;
  private Process other;

  @BeforeEach
  void start() throws Exception {
    root = new ProcessBuilder("/bin/sleep", "1000").start();
    other = new ProcessBuilder("/bin/sleep", "1000").start();
  }

  @AfterEach
  void end() throws Exception {
    root.destroyForcibly().waitFor();
    other.destroyForcibly().waitFor();
  }

  private ProcessTree tree(Belonging proof) {
    return new ProcessTree(root.pid(), "nobody's", root::isAlive, Handle::send, proof);
  }

  @Test
  void whoIsProvedIsAMember() {
    var tree = tree(_ -> Set.of(other.pid()));
    assertThat(tree.members())
        .extracting(ProcFs.Stat::pid)
        .containsExactlyInAnyOrder(root.pid(), other.pid());
    assertThat(tree.contains(other.pid())).isTrue();
  }

  @Test
  void whoIsNotProvedIsNone() {
    var tree = tree(Belonging.NONE);
    assertThat(tree.members()).extracting(ProcFs.Stat::pid).containsExactly(root.pid());
    assertThat(tree.contains(other.pid())).isFalse();
  }

  @Test
  void aProvedMemberThatTheLookMissedKeepsTheTreeFromBeingOver() throws Exception {
    var unseen = Set.of(Long.MAX_VALUE);
    var tree = tree(_ -> unseen);
    root.destroyForcibly().waitFor();
    tree.rootEnded();
    assertThat(tree.members()).isEmpty();
    assertThat(tree.isOver()).isFalse();
  }
}
