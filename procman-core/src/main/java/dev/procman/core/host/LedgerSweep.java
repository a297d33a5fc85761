package dev.procman.core.host;

import dev.procman.proc.HeldBack;
import dev.procman.proc.ProcFs;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends what dead JVMs left behind: the processes in ledgers that nobody keeps, those that carry
/// the mark of the manager a ledger belonged to, and the descendants of both. A process is known by
/// pid and start time, so a reused pid is never hit.
public final class LedgerSweep {
  private static final Logger log = LoggerFactory.getLogger(LedgerSweep.class);
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final long PAUSE = Duration.ofMillis(20).toNanos();

  private LedgerSweep() {}

  /// Sweeps; a failure is logged and never thrown.
  ///
  /// @return the pids of the processes that were ended
  public static List<Long> sweep(StateDirectory directory) {
    var ended = new HashMap<Long, Long>();
    Leftovers.each(
        directory, Ledger.SUFFIX, (mark, journal) -> sweep(mark, Listed.in(mark, journal), ended));
    return List.copyOf(ended.keySet());
  }

  /// @return whether nothing is left
  private static boolean sweep(String mark, Listed listed, Map<Long, Long> ended) {
    var left = survivors(listed, mark);
    if (!left.isEmpty()) {
      log.atWarn()
          .addKeyValue("pids", left.keySet())
          .log("ending processes that a dead JVM left behind");
      ended.putAll(left);
      left = end(left, listed, mark);
    }
    // Killed at once: what never became a program hears nothing else.
    HeldBack.orphans()
        .forEach(held -> {
          ended.put(held.pid(), held.startTicks());
          signal(held.pid(), held.startTicks(), ProcessHandle::destroyForcibly);
        });
    if (!left.isEmpty()) {
      log.atError().addKeyValue("pids", left.keySet()).log("processes left behind outlive KILL");
    }
    return left.isEmpty();
  }

  private static Map<Long, Long> end(Map<Long, Long> left, Listed known, String mark) {
    left.forEach((pid, ticks) -> signal(pid, ticks, ProcessHandle::destroy));
    long killFrom = System.nanoTime() + GRACE.toNanos();
    long until = killFrom + DEADLINE.toNanos();
    var now = left;
    while (!now.isEmpty() && System.nanoTime() < until) {
      if (System.nanoTime() >= killFrom) {
        known.groups.forEach(LeftGroup::kill);
        now.forEach((pid, ticks) -> signal(pid, ticks, ProcessHandle::destroyForcibly));
      }
      LockSupport.parkNanos(PAUSE);
      now = survivors(known, mark);
    }
    return now;
  }

  private static void signal(long pid, long ticks, Predicate<ProcessHandle> signal) {
    // The handle remembers the start time it sees; asking after that proves it is the right one's.
    ProcessHandle.of(pid)
        .filter(handle -> ProcFs.isAlive(pid, ticks))
        .ifPresent(handle -> {
          var _ = signal.test(handle);
        });
  }

  /// @param known start times by pid; those found by their parents are added, since at the next
  ///   look these may be gone
  private static Map<Long, Long> survivors(Listed known, String mark) {
    var roots = new HashMap<>(known.processes);
    known.groups.forEach(group -> roots.putAll(group.members()));
    for (long pid : ProcFs.marked(mark + "/").keySet()) {
      ProcFs.startTicks(pid).ifPresent(ticks -> roots.put(pid, ticks));
    }
    var alive = ProcFs.withDescendants(roots);
    known.processes.putAll(alive);
    return alive;
  }

  /// What a ledger of this boot tells.
  ///
  /// @param processes births, as far as they still live, so that a ledger takes no more memory than
  ///   the processes there are
  /// @param groups control groups that are still there
  private record Listed(Map<Long, Long> processes, Set<LeftGroup> groups) {

    /// A torn or foreign line is skipped.
    static Listed in(String mark, FileChannel journal) throws IOException {
      var living = new HashMap<Long, Long>();
      ProcFs.all().forEach(stat -> living.put(stat.pid(), stat.startTicks()));
      var listed = new Listed(new HashMap<>(), new HashSet<>());
      var first = new AtomicBoolean(true);
      var believed = new AtomicBoolean();
      JournalReader.read(
          journal,
          line -> {
            if (first.getAndSet(false)) {
              believed.set(Ledger.header().trim().equals(line));
            } else if (believed.get()) {
              birth(mark, line)
                  .filter(birth -> birth.getValue().equals(living.get(birth.getKey())))
                  .ifPresent(birth -> listed.processes.put(birth.getKey(), birth.getValue()));
              LeftGroup.of(mark, line).ifPresent(listed.groups::add);
            }
          });
      return listed;
    }
  }

  private static Optional<Map.Entry<Long, Long>> birth(String mark, String line) {
    var fields = line.split(" ", 4);
    if (fields.length < 4 || !fields[0].equals("+") || !fields[3].startsWith(mark + "/")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Map.entry(Long.valueOf(fields[1]), Long.valueOf(fields[2])));
    } catch (NumberFormatException torn) {
      return Optional.empty();
    }
  }
}
