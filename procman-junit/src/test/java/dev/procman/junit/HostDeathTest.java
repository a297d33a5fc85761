package dev.procman.junit;

import static dev.procman.junit.Seen.sleeper;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.ManagedProcess;
import dev.procman.ProcessSpec;
import dev.procman.junit.Supervised.Scope;
import dev.procman.services.JavaProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// A JVM that runs tests and ends in the middle of one leaves nothing behind.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostDeathTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  static class Endless {
    @Supervised(scope = Scope.SESSION)
    static final ProcessSpec OF_SESSION = sleeper("of-session");

    @Supervised
    static final ProcessSpec OF_CLASS =
        ProcessSpec.named("of-class").shell("sleep 1000 & sleep 1000").build();

    @Supervised final ProcessSpec spec = sleeper("of-test");

    @Test
    void neverEnds(
        @Supervised("of-session") ManagedProcess ofSession,
        @Supervised("of-class") ManagedProcess ofClass,
        @Supervised("of-test") ManagedProcess ofTest)
        throws InterruptedException {
      var _ =
          await()
              .atMost(LIMIT)
              .until(() -> children(ofClass.pid().orElseThrow()), found -> found.size() == 2);
      for (var process : List.of(ofSession, ofClass, ofTest)) {
        System.out.println("pid " + process.pid().orElseThrow());
      }
      children(ofClass.pid().orElseThrow()).forEach(pid -> System.out.println("pid " + pid));
      System.out.println("all");
      new CountDownLatch(1).await();
    }

    private static List<Long> children(long pid) {
      return ProcessHandle.of(pid).orElseThrow().children().map(ProcessHandle::pid).toList();
    }
  }

  /// A JVM that runs one class.
  static final class Host {
    private Host() {}

    public static void main(String[] arguments) {
      try (var session = LauncherFactory.openSession()) {
        session
            .getLauncher()
            .execute(
                LauncherDiscoveryRequestBuilder.request()
                    .selectors(Kit.selectors(Endless.class))
                    .build());
      }
    }
  }

  private static void assertNothingIsLeftAfter(Consumer<ProcessHandle> end) throws Exception {
    var command = JavaProcess.of(Host.class).named("host").build().command().argv();
    var host = new ProcessBuilder(command).redirectErrorStream(true).start();
    var pids = new ArrayList<Long>();
    try {
      pids.addAll(pids(host));
      assertThat(pids).hasSize(5).allMatch(Seen::isAlive);
    } finally {
      end.accept(host.toHandle());
    }
    assertThat(host.waitFor(LIMIT)).isTrue();
    await().atMost(LIMIT).untilAsserted(() -> assertThat(pids).noneMatch(HostDeathTest::runs));
  }

  private static List<Long> pids(Process host) throws IOException {
    var pids = new ArrayList<Long>();
    var said = new ArrayList<String>();
    var reader = host.inputReader(StandardCharsets.UTF_8);
    for (String line; (line = reader.readLine()) != null && !line.equals("all"); ) {
      said.add(line);
      if (line.startsWith("pid ")) {
        pids.add(Long.valueOf(line.substring(4)));
      }
    }
    assertThat(pids).as("%s", said).isNotEmpty();
    return pids;
  }

  /// An orphan may have a new parent that never reaps it.
  private static boolean runs(long pid) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .flatMap(process -> process.info().command())
        .isPresent();
  }

  @Test
  void aJvmThatIsKilledInTheMiddleOfATestLeavesNoProcess() throws Exception {
    assertNothingIsLeftAfter(ProcessHandle::destroyForcibly);
  }

  @Test
  void aSessionThatIsAbortedByASignalLeavesNoProcess() throws Exception {
    assertNothingIsLeftAfter(ProcessHandle::destroy);
  }
}
