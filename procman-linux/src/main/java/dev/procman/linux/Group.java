package dev.procman.linux;

import dev.procman.ControlGroup;
import dev.procman.ResourceMetric;
import dev.procman.ResourceSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The control group of one generation (kernel documentation, "Control Group v2", interface files).
/// What cannot be read is not there: the kernel has fewer files where a controller is off or it is
/// older. Thread-safe.
final class Group {
  private static final Logger log = LoggerFactory.getLogger(Group.class);
  private static final long PERIOD = 100_000;
  private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

  private final Path directory;
  private final Queue<Group> leftOver;
  private final AtomicBoolean discarded = new AtomicBoolean();
  private volatile OptionalLong kills = OptionalLong.empty();

  /// @param directory of the group
  /// @param leftOver takes it when it cannot be removed yet
  Group(Path directory, Queue<Group> leftOver) {
    this.directory = directory;
    this.leftOver = leftOver;
  }

  Path directory() {
    return directory;
  }

  /// Sets its bounds.
  void bound(ControlGroup bounds) throws IOException {
    if (bounds.memoryMax().isPresent()) {
      write("memory.max", Long.toString(bounds.memoryMax().getAsLong()));
    }
    if (bounds.memoryHigh().isPresent()) {
      write("memory.high", Long.toString(bounds.memoryHigh().getAsLong()));
    }
    if (bounds.cpuMax().isPresent()) {
      write("cpu.max", Math.round(bounds.cpuMax().getAsDouble() * PERIOD) + " " + PERIOD);
    }
    if (bounds.pidsMax().isPresent()) {
      write("pids.max", Long.toString(bounds.pidsMax().getAsLong()));
    }
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(directory.resolve(file), text);
  }

  /// Takes a process in; what it starts from then on is in it too.
  void admit(int pid) throws IOException {
    write("cgroup.procs", Integer.toString(pid));
  }

  /// Its live members.
  Set<Long> pids() {
    try {
      return pids(directory);
    } catch (IOException gone) {
      return Set.of();
    }
  }

  /// The live members of a group.
  static Set<Long> pids(Path directory) throws IOException {
    var pids = new HashSet<Long>();
    for (String line : Files.readAllLines(directory.resolve("cgroup.procs"))) {
      // 0 is a process of another pid namespace.
      if (!line.isBlank() && !line.equals("0")) {
        pids.add(Long.parseLong(line.strip()));
      }
    }
    return pids;
  }

  /// Kills all members at one stroke, also those that are just being born; does nothing before
  /// Linux 5.14.
  void kill() {
    if (Files.exists(directory.resolve("cgroup.kill"))) {
      try {
        write("cgroup.kill", "1");
      } catch (IOException gone) {
        log.atDebug().log("{} has nobody to kill", directory);
      }
    }
  }

  /// How many members were killed for lack of memory; empty when it does not count memory.
  OptionalLong outOfMemoryKills() {
    number("memory.events", "oom_kill", count -> kills = OptionalLong.of(count));
    return kills;
  }

  /// Puts into a sample what the kernel counts for the group, which also knows of members that have
  /// ended.
  void measure(ResourceSample.Builder sample) {
    number("memory.current", "", bytes -> sample.set(ResourceMetric.CHARGED_MEMORY, bytes));
    number("memory.peak", "", bytes -> sample.set(ResourceMetric.CHARGED_MEMORY_PEAK, bytes));
    number("pids.current", "", count -> sample.set(ResourceMetric.THREADS, count));
    number(
        "cpu.stat",
        "user_usec",
        micros -> sample.set(ResourceMetric.CPU_USER_TIME, TimeUnit.MICROSECONDS.toNanos(micros)));
    number(
        "cpu.stat",
        "system_usec",
        micros ->
            sample.set(ResourceMetric.CPU_SYSTEM_TIME, TimeUnit.MICROSECONDS.toNanos(micros)));
    measureStorage(sample);
  }

  /// One line for each device, `8:0 rbytes=1 wbytes=2 ...`.
  private void measureStorage(ResourceSample.Builder sample) {
    var text = text("io.stat");
    if (!text.isEmpty()) {
      sample.set(ResourceMetric.STORAGE_READ, sum(text, "rbytes="));
      sample.set(ResourceMetric.STORAGE_WRITTEN, sum(text, "wbytes="));
    }
  }

  private static long sum(String text, String key) {
    long sum = 0;
    for (String word : text.split("\\s+", -1)) {
      if (word.startsWith(key)) {
        sum += Long.parseLong(word.substring(key.length()));
      }
    }
    return sum;
  }

  private String text(String file) {
    try {
      return Files.readString(directory.resolve(file));
    } catch (IOException absent) {
      return "";
    }
  }

  /// The number behind a key in a file of such lines, or, when the key is empty, the only one.
  private void number(String file, String key, LongConsumer taker) {
    String prefix = key.isEmpty() ? "" : key + " ";
    for (String line : text(file).lines().toList()) {
      if (line.startsWith(prefix) && !line.isBlank()) {
        taker.accept(Long.parseLong(line.substring(prefix.length()).strip()));
        return;
      }
    }
  }

  /// Its process has ended: removes it, soon, since the kernel removes none that has members.
  /// Idempotent.
  void discard() {
    if (discarded.compareAndSet(false, true)) {
      var _ = outOfMemoryKills();
      if (!remove()) {
        Thread.ofVirtual().name("procman-group").start(this::removeSoon);
      }
    }
  }

  private void removeSoon() {
    long begun = System.nanoTime();
    for (long pause = FIRST_PAUSE; System.nanoTime() - begun < PATIENCE; pause *= 2) {
      LockSupport.parkNanos(pause);
      if (remove()) {
        return;
      }
    }
    leftOver.add(this);
    log.atInfo().log(
        String.format(
            Locale.ROOT,
            "the control group %s still has members %s; it is removed when another is made",
            directory,
            pids()));
  }

  /// Tries to remove it.
  ///
  /// @return whether it is gone
  boolean remove() {
    try {
      Files.delete(directory);
      return true;
    } catch (NoSuchFileException gone) {
      return true;
    } catch (IOException busy) {
      return false;
    }
  }
}
