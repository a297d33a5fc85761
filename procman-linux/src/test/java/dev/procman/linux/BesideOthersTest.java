package dev.procman.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.Signal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Children of this launcher and of the JDK in one JVM.
class BesideOthersTest {
  private static final int ROUNDS = 150;

  @TempDir Path temp;

  private final Launches launches = new Launches();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger others = new AtomicInteger();

  @AfterEach
  void close() {
    over.set(true);
    threads.close();
    launches.close();
  }

  /// Goes on until it is over.
  private Future<?> meanwhile(Callable<?> work) {
    return threads.submit(() -> {
      while (!over.get()) {
        work.call();
        others.incrementAndGet();
      }
      return null;
    });
  }

  private static void sleeper(Runnable whileItRuns) throws Exception {
    var other = new ProcessBuilder("sleep", "1000").start();
    try {
      whileItRuns.run();
    } finally {
      other.destroyForcibly().waitFor();
    }
  }

  @Test
  void aChildOfOursSeesTheEndOfItsInputAlthoughTheJdkStartsChildrenMeanwhile() throws Exception {
    var jdk =
        meanwhile(() -> {
          // Two, of which one lives on while the other is started.
          sleeper(() -> {
            try {
              sleeper(() -> {});
            } catch (Exception failed) {
              throw new IllegalStateException(failed);
            }
          });
          return null;
        });
    for (int i = 0; i < ROUNDS; i++) {
      var told = new Launches.Told();
      var cat = launches.launch(told, "/bin/cat");
      cat.stdin().write(("line " + i + "\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      cat.stdin().close();
      assertThat(told.code()).isZero();
      assertThat(told.drained.get()).as("a pipe was held by somebody").isFalse();
      assertThat(told.out()).isEqualTo("line " + i + "\n");
    }
    over.set(true);
    jdk.get(20, TimeUnit.SECONDS);
    assertThat(others).hasPositiveValue();
  }

  @Test
  void aChildOfTheJdkSeesTheEndOfItsInputAlthoughOursAreStartedMeanwhile() throws Exception {
    var ours =
        meanwhile(() -> {
          var told = new Launches.Told();
          var process = launches.launch(told, "/bin/sleep", "1000");
          Launches.runOnce(launches.launcher, "/bin/true");
          process.signal(Signal.KILL);
          return told.code();
        });
    for (int i = 0; i < ROUNDS; i++) {
      var cat = new ProcessBuilder("cat").start();
      cat.getOutputStream().write(("line " + i + "\n").getBytes());
      cat.getOutputStream().close();
      assertThat(cat.waitFor(20, TimeUnit.SECONDS)).as("round %d", i).isTrue();
      assertThat(cat.inputReader().readAllLines()).containsExactly("line " + i);
    }
    over.set(true);
    ours.get(20, TimeUnit.SECONDS);
    assertThat(others).hasPositiveValue();
  }

  @Test
  void neitherTakesTheStatusOfTheOthers() throws Exception {
    var jdk =
        meanwhile(() -> {
          assertThat(new ProcessBuilder("sh", "-c", "exit 17").start().waitFor()).isEqualTo(17);
          return null;
        });
    for (int i = 0; i < ROUNDS; i++) {
      var told = new Launches.Told();
      var process = launches.launch(told, "/bin/sh", "-c", "read line; exit 23");
      // The JDK may be asked about our children, too.
      var handle = ProcessHandle.of(process.pid()).orElseThrow();
      var seen = handle.onExit();
      process.stdin().close();
      assertThat(told.code()).isEqualTo(23);
      seen.get(20, TimeUnit.SECONDS);
    }
    over.set(true);
    jdk.get(20, TimeUnit.SECONDS);
    assertThat(others).hasPositiveValue();
  }
}
