package dev.procman.core.host;

import dev.procman.proc.ProcFs;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends what dead JVMs left behind: the processes in ledgers that nobody holds locked, those that
/// carry the mark of the manager a ledger belonged to, and the descendants of both. A process is
/// known by pid and start time, so a reused pid is never hit.
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
    try (DirectoryStream<Path> ledgers =
        Files.newDirectoryStream(directory.ledgers(), "*" + Ledger.SUFFIX)) {
      for (var file : ledgers) {
        if (!Ledger.isOfThisJvm(file)) {
          sweep(file, ended);
        }
      }
    } catch (IOException | RuntimeException failed) {
      log.atWarn()
          .addKeyValue("directory", directory.path())
          .setCause(failed)
          .log("ledgers could not be swept");
    }
    return List.copyOf(ended.keySet());
  }

  private static void sweep(Path file, Map<Long, Long> ended) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      var lock = channel.tryLock();
      if (lock == null) {
        return;
      }
      String name = file.getFileName().toString();
      String mark = name.substring(0, name.length() - Ledger.SUFFIX.length());
      var listed = listed(file);
      var left = survivors(listed, mark);
      if (!left.isEmpty()) {
        log.atWarn()
            .addKeyValue("pids", left.keySet())
            .log("ending processes that a dead JVM left behind");
        ended.putAll(left);
        left = end(left, listed, mark);
      }
      if (left.isEmpty()) {
        Files.deleteIfExists(file);
      } else {
        log.atError().addKeyValue("pids", left.keySet()).log("processes left behind outlive KILL");
      }
    } catch (NoSuchFileException sweptMeanwhile) {
      return;
    }
  }

  private static Map<Long, Long> end(Map<Long, Long> left, Map<Long, Long> known, String mark) {
    left.forEach((pid, ticks) -> signal(pid, ticks, ProcessHandle::destroy));
    long killFrom = System.nanoTime() + GRACE.toNanos();
    long until = killFrom + DEADLINE.toNanos();
    var now = left;
    while (!now.isEmpty() && System.nanoTime() < until) {
      if (System.nanoTime() >= killFrom) {
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
  private static Map<Long, Long> survivors(Map<Long, Long> known, String mark) {
    var roots = new HashMap<>(known);
    for (long pid : ProcFs.marked(mark + "/").keySet()) {
      ProcFs.startTicks(pid).ifPresent(ticks -> roots.put(pid, ticks));
    }
    var alive = ProcFs.withDescendants(roots);
    known.putAll(alive);
    return alive;
  }

  /// The births in a ledger of this boot; a torn or foreign line is skipped.
  private static Map<Long, Long> listed(Path file) throws IOException {
    var listed = new HashMap<Long, Long>();
    var lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    if (lines.isEmpty() || !Ledger.header().trim().equals(lines.getFirst())) {
      return listed;
    }
    for (String line : lines) {
      var fields = line.split(" ", 4);
      if (fields.length == 4 && fields[0].equals("+")) {
        try {
          listed.put(Long.parseLong(fields[1]), Long.parseLong(fields[2]));
        } catch (NumberFormatException torn) {
          log.atDebug().log("a torn line in {}", file);
        }
      }
    }
    return listed;
  }
}
