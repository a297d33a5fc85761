package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.OutputSettings;
import dev.procman.ProcessSpec;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// A child that waits for whoever reads its output, because its specification says so.
class BackPressureTest extends EngineTest {
  private static final long LINES = 2_000_000;
  private static final int QUEUE = 8192;

  private final CountDownLatch go = new CountDownLatch(1);
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong outOfOrder = new AtomicLong();

  private void slow(String text) {
    try {
      go.await();
    } catch (InterruptedException abandoned) {
      Thread.currentThread().interrupt();
    }
    if (Long.parseLong(text) != received.incrementAndGet()) {
      outOfOrder.incrementAndGet();
    }
  }

  private static ProcessSpec.Builder waiting(String name, String... command) {
    return ProcessSpec.named(name)
        .command(command)
        .output(OutputSettings.ofDefaults().withBackPressure());
  }

  @Test
  void aSlowFollowerHoldsItsChildAndNoOtherAndLosesNothing() throws Exception {
    var child = manager.register(waiting("child", "seq", "1", Long.toString(LINES)).build());
    var follower = child.output().follow(line -> slow(line.text()));
    child.start();
    await().atMost(LIMIT).until(() -> child.output().lineCount() >= QUEUE);

    var other = manager.start(waiting("other", "seq", "1", Long.toString(LINES / 10)).build());
    assertThat(other.awaitExit(LIMIT).success()).isTrue();
    assertThat(other.output().lineCount()).isEqualTo(LINES / 10);
    assertThat(child.pid()).isPresent();
    assertThat(child.output().lineCount()).isLessThan(LINES / 2);

    go.countDown();
    assertThat(child.awaitExit(LIMIT).success()).isTrue();
    assertThat(child.output().lineCount()).isEqualTo(LINES);
    await().atMost(LIMIT).until(() -> received.get() == LINES);
    assertThat(outOfOrder).hasValue(0);
    assertThat(follower.dropped()).isZero();
  }

  @Test
  void aChildThatIsHeldStopsAndItsNextGenerationIsHeldToo() throws Exception {
    var child = manager.register(waiting("child", "yes", "1").build());
    child.output().follow(line -> slow(line.text()));
    for (int generation = 1; generation <= 2; generation++) {
      child.start();
      child.awaitReady(LIMIT);
      await().atMost(LIMIT).until(() -> child.output().lineCount() >= QUEUE);
      child.stop();
      assertThat(child.awaitExit(LIMIT).status()).isPresent();
    }
    // One that reads on passes this in a moment.
    assertThat(child.output().lineCount()).isLessThan(LINES);
    go.countDown();
  }

  @Test
  void aFollowerThatIsClosedHoldsNobody() throws Exception {
    var child = manager.register(waiting("child", "seq", "1", Long.toString(LINES)).build());
    var follower = child.output().follow(line -> slow(line.text()));
    child.start();
    await().atMost(LIMIT).until(() -> child.output().lineCount() >= QUEUE);
    follower.close();
    assertThat(child.awaitExit(LIMIT).success()).isTrue();
    assertThat(child.output().lineCount()).isEqualTo(LINES);
    go.countDown();
  }
}
