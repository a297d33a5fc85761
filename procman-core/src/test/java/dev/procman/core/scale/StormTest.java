package dev.procman.core.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.ProcmanException;
import dev.procman.Signal;
import dev.procman.StopSequence;
import dev.procman.core.host.Footprint;
import dev.procman.event.EventMeta;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.Backoff;
import dev.procman.spi.RestartPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Random operations on few processes from many threads, for a minute: whatever they do, events
/// have no gap, one generation of a process lives at a time, and nothing is left.
@Tag("long")
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StormTest {
  private static final Duration STORM = Duration.ofSeconds(60);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int THREADS = 64;
  private static final int NAMES = 12;

  @TempDir Path temp;

  private final Footprint footprint = new Footprint();
  private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
  private final LongAdder done = new LongAdder();
  private final LongAdder refused = new LongAdder();

  /// What the events tell of a name, on the subscriber's thread.
  private final Map<String, Long> living = new ConcurrentHashMap<>();

  private final AtomicLong sequence = new AtomicLong();

  private void hear(ProcessEvent event) {
    EventMeta meta = event.meta();
    long before = sequence.getAndSet(meta.sequence());
    if (meta.sequence() != before + 1) {
      wrong.add("event " + meta.sequence() + " after " + before);
    }
    switch (event) {
      case ProcessEvent.ProcessStarted started -> {
        var other = living.put(event.process(), started.generation());
        if (other != null) {
          wrong.add(event.process() + "#" + started.generation() + " beside #" + other);
        }
      }
      case ProcessEvent.ProcessExited exited -> {
        if (!living.remove(event.process(), exited.generation())) {
          wrong.add(event.process() + "#" + exited.generation() + " ended, and was not started");
        }
      }
      default -> {}
    }
  }

  /// A member that outlives the others keeps the lock until the tree is empty.
  private ProcessSpec spec(String name, int shape) {
    var body =
        switch (shape) {
          case 0 -> "exec sleep 1000";
          case 1 -> "trap '' TERM; sh -c 'sleep 1000; true' & wait";
          case 2 -> "(setsid sleep 1000 &); exit 1";
          case 3 -> "sleep 1000 & setsid sleep 1000 & wait";
          default -> "exit 0";
        };
    var builder =
        ProcessSpec.named(name)
            .shell("exec 9>\"$LOCK\"; flock -n 9 || : >\"$LOCK.overlap\"; " + body)
            .env("LOCK", temp.resolve("locks").resolve(name).toString())
            .stop(StopSequence.graceful(Duration.ofMillis(100)))
            .restart(
                RestartPolicy.always().unlimited().backoff(Backoff.fixed(Duration.ofMillis(20))));
    footprint.environment().forEach(builder::env);
    return builder.build();
  }

  private void operate(ProcessManager manager, Random random) {
    String name = "p" + random.nextInt(NAMES);
    var spec = spec(name, random.nextInt(5));
    try {
      var found = manager.find(name);
      if (found.isPresent()) {
        operate(found.get(), spec, random.nextInt(7));
      } else {
        manager.start(spec);
      }
      done.increment();
    } catch (ProcmanException overtakenByAnother) {
      // Another thread has removed it, or registered the name, in the meantime.
      refused.increment();
    }
  }

  private static void operate(ManagedProcess process, ProcessSpec spec, int operation) {
    switch (operation) {
      case 0 -> process.start();
      case 1 -> process.stop();
      case 2 -> process.restart();
      case 3 -> process.remove();
      case 4 -> process.update(spec);
      case 5 -> process.signal(Signal.KILL);
      default -> process.reset();
    }
  }

  @Test
  void aMinuteOfRandomOperationsFromManyThreadsBreaksNoPromise() throws Exception {
    Files.createDirectory(temp.resolve("locks"));
    long seed = System.nanoTime();
    var manager =
        ProcessManager.builder().name("storm").stateDirectory(temp.resolve("state")).build();
    try (footprint) {
      try (manager) {
        manager.events().subscribe(this::hear);
        var threads = new ArrayList<Thread>();
        long end = System.nanoTime() + STORM.toNanos();
        for (int i = 0; i < THREADS; i++) {
          var random = new Random(seed + i);
          threads.add(
              Thread.ofVirtual()
                  .start(() -> {
                    while (System.nanoTime() - end < 0) {
                      operate(manager, random);
                    }
                  }));
        }
        for (var thread : threads) {
          assertThat(thread.join(LIMIT.plus(STORM))).as("no operation hangs").isTrue();
        }
        manager.stopAll();
        long last = manager.events().recent(1).getFirst().meta().sequence();
        await().atMost(LIMIT).until(() -> sequence.get() >= last);
      }
      System.out.printf(
          "storm from seed %d: %d operations, %d refused, %d events%n",
          seed, done.sum(), refused.sum(), sequence.get());
      assertThat(wrong).isEmpty();
      assertThat(overlaps()).isEmpty();
      assertThat(footprint.described()).isEmpty();
      assertThat(done.sum()).isGreaterThan(THREADS);
    }
  }

  private List<Path> overlaps() throws Exception {
    try (Stream<Path> files = Files.list(temp.resolve("locks"))) {
      return files.filter(file -> file.toString().endsWith(".overlap")).toList();
    }
  }
}
