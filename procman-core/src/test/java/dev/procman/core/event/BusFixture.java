package dev.procman.core.event;

import dev.procman.Desired;
import dev.procman.HealthStatus;
import dev.procman.OutputLine;
import dev.procman.ProcessSnapshot;
import dev.procman.ProcessState;
import dev.procman.StdStream;
import dev.procman.event.EventMeta;
import dev.procman.event.ExtensionEvent;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.ProcmanClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;

/// A bus, and ways to publish on it.
abstract class BusFixture {
  static final Duration LIMIT = Duration.ofSeconds(20);

  final EventBus bus = new EventBus("test", ProcmanClock.system());

  record Note(EventMeta meta, String text) implements ExtensionEvent {}

  @AfterEach
  void closeBus() {
    bus.close();
  }

  /// A state event that leads to the given generation.
  long state(String process, long generation) {
    return bus.publish(
        process,
        generation,
        Map.of("of", process),
        "test",
        snapshot(process, generation),
        ProcessEvent.ProcessStarting::new);
  }

  void states(String process, int count) {
    for (int i = 1; i <= count; i++) {
      state(process, i);
    }
  }

  /// A droppable event.
  void line(String text) {
    var line = new OutputLine(1, 1, StdStream.STDOUT, Instant.EPOCH, text, false);
    bus.publish(
        "talker",
        1,
        Map.of(),
        "test",
        null,
        meta -> new ProcessEvent.ProcessOutputLine(meta, line));
  }

  static ProcessSnapshot snapshot(String process, long generation) {
    return new ProcessSnapshot(
        process,
        ProcessState.STARTING,
        Desired.UP,
        HealthStatus.UNKNOWN,
        generation,
        OptionalLong.empty(),
        0,
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "test");
  }

  /// In few words: the text of a line, the number of dropped ones, or the generation.
  static String word(ProcessEvent event) {
    return switch (event) {
      case ProcessEvent.ProcessOutputLine e -> e.line().text();
      case ProcessEvent.EventsDropped e -> "-" + e.count();
      case Note e -> e.text();
      default -> event.process() + event.generation();
    };
  }

  static void awaitLatch(CountDownLatch latch) {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new AssertionError("waited in vain");
      }
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  /// Collects events; the first holds it up until it is released.
  static final class HeldUp implements Consumer<ProcessEvent> {
    final List<ProcessEvent> events = new CopyOnWriteArrayList<>();
    final CountDownLatch arrived = new CountDownLatch(1);
    final CountDownLatch released = new CountDownLatch(1);

    @Override
    public void accept(ProcessEvent event) {
      arrived.countDown();
      awaitLatch(released);
      events.add(event);
    }

    List<String> words() {
      return events.stream().map(BusFixture::word).toList();
    }
  }
}
