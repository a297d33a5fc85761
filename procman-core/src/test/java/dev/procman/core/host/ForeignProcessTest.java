package dev.procman.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.proc.SignalPermission;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A program that has changed its user, and a JVM that may not signal others' processes: root's
/// without the capability.
class ForeignProcessTest extends HostTest {

  @Test
  void whatMayNotBeSignalledIsNotSaidToHaveSurvivedTheKill() throws Exception {
    if (!OtherUser.ROOT) {
      assertThat(SignalPermission.obstacle(1)).hasValueSatisfying(why -> assertWords(why, "root"));
      return;
    }
    var withoutKill = List.of("setpriv", "--bounding-set=-kill", "--inh-caps=-kill");
    try (var host = HostJvm.start(state, footprint, false, Map.of(), withoutKill)) {
      var answer = host.ask("foreign " + OtherUser.UID).split(" ", 2);
      long pid = Long.parseLong(answer[0]);
      assertWords(answer[1], String.valueOf(OtherUser.UID));
      assertThat(answer[1]).contains("pid " + pid).doesNotContain("still alive");
      signal(pid, "KILL");
      await()
          .atMost(LIMIT)
          .until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }
  }

  private static void assertWords(String why, String user) {
    assertThat(why).contains("may not signal", "runs as user " + user, "CAP_KILL");
  }
}
