package dev.procman.core.launch;

import static org.awaitility.Awaitility.await;

import dev.procman.Signal;
import dev.procman.spi.LaunchedProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Programs that are never where one looks. All keep the tree's mark, so none may get away.
class FleeingTreeTest extends LaunchFixture {
  /// Changes its pid, its parent and, if wanted, its session every so often.
  private static final String HOPPER =
      """
      import os, sys, time
      pause, session = float(sys.argv[1]), sys.argv[2] == 'session'
      while True:
        if os.fork():
          os._exit(0)
        if session:
          os.setsid()
        time.sleep(pause)
      """;

  @TempDir Path temp;
  private Survivors survivors;

  @BeforeEach
  void count() throws Exception {
    survivors = new Survivors(temp.resolve("survivors"));
  }

  @AfterEach
  void close() throws Exception {
    survivors.close();
  }

  /// What the manager does when a process has ended: an empty tree is over, anything else is
  /// killed.
  private static void end(LaunchedProcess process) {
    if (!process.tree().isEmpty()) {
      process.signalTree(Signal.KILL);
    }
    await()
        .atMost(LIMIT)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> process.tree().isEmpty());
  }

  private void endsForGood(int times, String script) throws Exception {
    for (int run = 0; run < times; run++) {
      var told = new Recorder();
      var process =
          launch(
              told,
              Duration.ofMillis(1),
              Map.of(),
              "/bin/sh",
              "-c",
              survivors.counting(script + " >&- 2>&-"));
      await()
          .atMost(LIMIT)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofNanos(100_000))
          .until(() -> !told.calls.isEmpty());
      end(process);
    }
    survivors.assertNone();
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sleep 1000 & exit 0",
        "(sleep 1000 &) & exit 0",
        "( (sleep 1000 &) & ) & exit 0",
        "( (env -i sleep 1000 &) & ) & exit 0",
        "( ( ( ( ( (sleep 1000 &) & ) & ) & ) & ) & ) & exit 0",
      })
  void noDaemonIsMissedHoweverOftenItForksWhileItIsLookedFor(String script) throws Exception {
    endsForGood(40, "{ " + script + "; }");
  }

  @Tag("long")
  @Test
  void noDaemonIsMissedInManyTries() throws Exception {
    endsForGood(400, "{ ( ( ( (sleep 1000 &) & ) & ) & ) & exit 0; }");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.002 same", "0.002 session", "0.0005 same", "0.0005 session"})
  void aProgramThatChangesItsPidAllTheTimeIsCaught(String how) throws Exception {
    for (int run = 0; run < 5; run++) {
      var told = new Recorder();
      var process =
          launch(
              told,
              Duration.ofMillis(1),
              Map.of("PROGRAM", HOPPER),
              "/bin/sh",
              "-c",
              survivors.counting("exec /usr/bin/python3 -S -E -c \"$PROGRAM\" " + how));
      await().atMost(LIMIT).until(() -> !process.isAlive());
      process.signalTree(Signal.KILL);
      // Whoever was killed may take a moment to end, but nobody may go on.
      await().atMost(LIMIT).until(() -> process.tree().isEmpty());
    }
    survivors.assertNone();
  }
}
