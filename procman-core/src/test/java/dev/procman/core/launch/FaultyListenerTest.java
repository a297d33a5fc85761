package dev.procman.core.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.ExitStatus;
import dev.procman.Signal;
import dev.procman.StdStream;
import dev.procman.spi.LaunchListener;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// What goes wrong on the side of procman must not cost the news of a child's end.
class FaultyListenerTest extends LaunchFixture {

  @Test
  void theEndIsToldThoughTakingTheOutputFails() {
    var exit = new CompletableFuture<ExitStatus>();
    var drained = new CountDownLatch(1);
    var listener =
        new LaunchListener() {
          @Override
          public void onOutput(StdStream stream, ByteBuffer bytes) {
            throw new OutOfMemoryError("as if");
          }

          @Override
          public void onExit(ExitStatus status) {
            exit.complete(status);
          }

          @Override
          public void onDrained(boolean truncated) {
            drained.countDown();
          }
        };
    sh(listener, "echo one; sleep 0.1; echo two; exit 7");
    await().atMost(LIMIT).until(() -> exit.isDone() && drained.getCount() == 0);
    assertThat(exit.join().shellCode()).isEqualTo(7);
  }

  @Test
  void anInterruptOfTheCallerDoesNotMakeASignalCountAsNotSent() {
    var recorder = new Recorder();
    var process = sh(recorder, "trap 'echo got; exit' HUP; echo up; while :; do sleep 0.02; done");
    await().atMost(LIMIT).until(() -> recorder.out().contains("up"));
    Thread.currentThread().interrupt();
    boolean sent = process.signal(Signal.HUP);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(sent).isTrue();
    recorder.awaitEnd();
    assertThat(recorder.out()).contains("got");
  }
}
