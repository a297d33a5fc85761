package dev.procman.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.OutputLine;
import dev.procman.ProcessManager;
import dev.procman.watch.WatchEvent.WatchStarted;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchingTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @Test
  void theDevelopmentLoopTellsTheTimeFromSaveToReady() throws Exception {
    var printed = new ByteArrayOutputStream();
    var screen = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      DevLoop.main(new String[0]);
    } finally {
      System.setOut(screen);
    }
    var lines = printed.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).isEqualTo("watching");
    assertThat(lines.get(1)).contains("process 'app' is not ready");
    assertThat(lines.get(2)).matches("generation 3 is ready \\d+ ms after the save");
  }

  @Test
  void settingsAreReadAgainAtASignal(@TempDir Path temp) throws Exception {
    var script = temp.resolve("server.sh");
    var settings = temp.resolve("settings");
    Files.writeString(script, "trap 'cat " + settings + "' HUP; while :; do sleep 0.05; done");
    Files.writeString(settings, "a\n");
    try (var manager = ProcessManager.create()) {
      var watching = watching(manager);
      var server = Watching.reloaded(manager, script, settings);
      assertThat(watching.await(20, TimeUnit.SECONDS)).isTrue();
      // Nothing traps a signal before its shell has read the first line.
      server.awaitReady(LIMIT);
      Files.writeString(settings, "b\n");
      await()
          .atMost(LIMIT)
          .until(
              () -> server.output().tail(9).stream().map(OutputLine::text).toList().contains("b"));
    }
  }

  @Test
  void aBrokenVersionIsSetBack(@TempDir Path temp) throws Exception {
    var script = temp.resolve("app.sh");
    Files.writeString(script, "sleep 1000");
    var words = new CopyOnWriteArrayList<String>();
    try (var manager = ProcessManager.create()) {
      var watching = watching(manager);
      var app = Watching.rolledBack(manager, temp, words::add);
      assertThat(watching.await(20, TimeUnit.SECONDS)).isTrue();
      app.awaitReady(LIMIT);
      Files.writeString(script, "exit 3");
      await().atMost(LIMIT).until(() -> words.contains("set back: 1"));
      assertThat(Files.readString(script)).isEqualTo("sleep 1000");
    }
  }

  @Test
  void pagesAreRenderedWhenTheyChange(@TempDir Path temp) throws Exception {
    var rendered = new CopyOnWriteArrayList<Path>();
    try (var _ = Watching.pages(temp, rendered::add)) {
      Files.writeString(temp.resolve("style.css"), "x");
      Files.writeString(temp.resolve("index.md"), "x");
      await().atMost(LIMIT).until(() -> rendered.contains(temp.resolve("index.md")));
      assertThat(rendered).containsExactly(temp.resolve("index.md"));
    }
  }

  private static CountDownLatch watching(ProcessManager manager) {
    var begun = new CountDownLatch(1);
    manager.events().on(WatchStarted.class, _ -> begun.countDown());
    return begun;
  }
}
