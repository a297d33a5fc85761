package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.ProcessSpec;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/// nginx, Redis, PostgreSQL and others write their titles over their arguments and environment, and
/// with it over the mark by which members of a tree are known.
class ServerTitleTest extends EngineTest {
  private static final String ERASES_ITS_ENVIRONMENT =
      """
      import ctypes, os, time
      fields = open('/proc/self/stat').read().rsplit(')', 1)[1].split()
      begin, end = int(fields[47]), int(fields[48])
      ctypes.memset(begin, 0, end - begin)
      if os.fork() == 0:
        os.write(1, b'child %d\\n' % os.getpid())
      else:
        os.write(1, b'erased\\n')
      time.sleep(1000)
      """;

  @Test
  void aServerThatErasedItsEnvironmentAndItsWorkersAreStopped() {
    var process =
        manager.start(
            ProcessSpec.named("titled")
                .command("/usr/bin/python3", "-c", ERASES_ITS_ENVIRONMENT)
                .build());
    awaitLine(process, "erased");
    long child =
        await()
            .atMost(LIMIT)
            .until(
                () ->
                    process.output().lines().stream()
                        .filter(line -> line.text().startsWith("child "))
                        .mapToLong(line -> Long.parseLong(line.text().substring("child ".length())))
                        .findFirst(),
                OptionalLong::isPresent)
            .getAsLong();
    long leader = process.pid().orElseThrow();

    process.stop();
    assertThat(isAlive(leader)).isFalse();
    assertThat(isAlive(child)).isFalse();
  }
}
