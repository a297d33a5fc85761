package dev.procman.core.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Proof by the kernel that no descendant of a program is left, whatever it did to its pid,
/// session, parents and environment: all inherit the writing end of a FIFO, whose reader sees the
/// end when the last of them is gone.
final class Survivors implements AutoCloseable {
  private final FileOutputStream own;
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  final Path fifo;

  Survivors(Path fifo) throws Exception {
    this.fifo = fifo;
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    Thread.ofPlatform().daemon().name("survivors").start(this::read);
    own = new FileOutputStream(fifo.toFile());
  }

  private void read() {
    try (var in = new FileInputStream(fifo.toFile())) {
      var _ = in.readAllBytes();
      end.complete(null);
    } catch (IOException failed) {
      end.completeExceptionally(failed);
    }
  }

  /// Begins a shell script whose descendants are to be counted.
  String counting(String script) {
    return "exec 9>'" + fifo + "'; " + script;
  }

  void assertNone() throws Exception {
    own.close();
    assertThat(end)
        .as("all that inherited the descriptor have ended")
        .succeedsWithin(LaunchFixture.LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    own.close();
  }
}
