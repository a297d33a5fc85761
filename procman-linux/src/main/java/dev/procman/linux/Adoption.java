package dev.procman.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.procman.LaunchException.Reason;
import dev.procman.proc.Belonging;
import dev.procman.proc.LaunchErrors;
import dev.procman.proc.ProcFs;
import dev.procman.spi.LaunchRequest;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes this JVM the one that orphans below it are handed to (PR_SET_CHILD_SUBREAPER in prctl(2)),
/// and tells which of them belong to which tree.
///
/// **The problem.** A process that forks twice, begins a session and executes with an empty
/// environment has nothing left that says where it comes from. Among the children of this JVM it
/// stands beside those of the JDK and of other libraries, whose exit is not ours to take.
///
/// **The choice.** Limits are handed on through fork(2), setsid(2) and execve(2), whatever the
/// environment; and one of them, RLIMIT_LOCKS, the kernel has not looked at since 2.4.25. Its soft
/// value is set to a number of the tree's own before the program's first instruction, and
/// `/proc/<pid>/limits` tells it of everybody, also of a zombie. Only a child with such a number,
/// and that no launch has made, is ever reaped here.
final class Adoption implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Adoption.class);
  private static final int RLIMIT_LOCKS = 10;
  private static final String LINE = "Max file locks";
  private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

  private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(5);

  /// Looking takes at most a hundredth of the time, or what a look every few seconds takes.
  private static final int RESTS = 100;

  private final long self = ProcessHandle.current().pid();
  private final long base = ThreadLocalRandom.current().nextLong(1, 1L << 30) << 32;
  private final AtomicInteger counter = new AtomicInteger();

  /// Start times by pid of those that were launched; they are not adopted, though this JVM's
  /// children.
  private final Map<Long, Long> launched = new ConcurrentHashMap<>();

  private final Thread reaper;
  private volatile boolean closed;

  /// Begins; from now on orphans come here.
  ///
  /// @throws IllegalStateException when the kernel refuses
  Adoption() {
    try (var arena = Arena.ofConfined()) {
      long error =
          new Libc(arena).systemCall(Platform.PRCTL, Flags.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
      if (error < 0) {
        throw new IllegalStateException(
            "the kernel does not let this JVM adopt orphans, error " + -error);
      }
    }
    reaper = Thread.ofVirtual().name("procman-adoption").start(this::run);
  }

  /// A number for the next tree.
  long nextMark() {
    return base | (counter.incrementAndGet() & 0xFFFF_FFFFL);
  }

  /// Gives a child, that does not run its program yet, the mark of its tree.
  void mark(LaunchRequest request, int pid, long mark) {
    ProcFs.startTicks(pid).ifPresent(ticks -> launched.put((long) pid, ticks));
    try (var arena = Arena.ofConfined()) {
      var libc = new Libc(arena);
      var values = arena.allocate(JAVA_LONG, 2);
      long error = libc.systemCall(Platform.PRLIMIT, pid, RLIMIT_LOCKS, 0, values.address(), 0);
      if (error >= 0) {
        values.setAtIndex(JAVA_LONG, 0, mark);
        error = libc.systemCall(Platform.PRLIMIT, pid, RLIMIT_LOCKS, values.address(), 0, 0);
      }
      if (error < 0) {
        throw LaunchErrors.of(
            Reason.PREPARATION_FAILED,
            request,
            "its tree cannot be marked for adoption, error %d; use the launcher without subreaper"
                .formatted(-error),
            null);
      }
    }
  }

  /// Proof by the mark of a tree; adopted members that have ended are reaped by the way.
  Belonging belonging(long mark) {
    return processes -> adopted(processes, mark);
  }

  private Set<Long> adopted(Collection<ProcFs.Stat> processes, long mark) {
    var adopted = new HashSet<Long>();
    for (var stat : processes) {
      if (isCandidate(stat) && markOf(stat.pid()).orElse(0) == mark) {
        if (stat.isDead()) {
          reap(stat);
        } else {
          adopted.add(stat.pid());
        }
      }
    }
    return adopted;
  }

  private boolean isCandidate(ProcFs.Stat stat) {
    Long ticks = launched.get(stat.pid());
    return stat.parent() == self && (ticks == null || ticks != stat.startTicks());
  }

  private static OptionalLong markOf(long pid) {
    try {
      for (String line :
          Files.readAllLines(
              Path.of("/proc", Long.toString(pid), "limits"), StandardCharsets.ISO_8859_1)) {
        if (line.startsWith(LINE)) {
          var soft = line.substring(LINE.length()).strip().split("\\s+", 2)[0];
          return soft.equals("unlimited")
              ? OptionalLong.empty()
              : OptionalLong.of(Long.parseUnsignedLong(soft));
        }
      }
    } catch (IOException gone) {
      return OptionalLong.empty();
    }
    return OptionalLong.empty();
  }

  /// Only one at a time, so that what was looked at is what is reaped.
  private synchronized void reap(ProcFs.Stat stat) {
    boolean same =
        ProcFs.stat(stat.pid())
            .filter(now ->
                now.isDead() && now.parent() == self && now.startTicks() == stat.startTicks())
            .isPresent();
    if (same) {
      try (var arena = Arena.ofConfined()) {
        new Libc(arena)
            .systemCall(
                Platform.WAITID, Flags.P_PID, stat.pid(), 0, Flags.WEXITED | Flags.WNOHANG, 0);
      }
    }
  }

  private void run() {
    while (!closed) {
      long begun = System.nanoTime();
      try {
        reapAll();
      } catch (RuntimeException failed) {
        log.atWarn().setCause(failed).log("adopted processes are not reaped; it is tried again");
      }
      LockSupport.parkNanos(Math.clamp((System.nanoTime() - begun) * RESTS, PAUSE, LONGEST_PAUSE));
    }
  }

  /// Reaps what was adopted from any tree and ended while nobody looked at that tree.
  private void reapAll() {
    var known = new HashMap<>(launched);
    var all = ProcFs.all();
    for (var stat : all) {
      known.remove(stat.pid(), stat.startTicks());
      if (stat.isDead() && isCandidate(stat) && isOurs(markOf(stat.pid()))) {
        reap(stat);
      }
    }
    known.forEach(launched::remove);
  }

  private boolean isOurs(OptionalLong mark) {
    return (mark.orElse(0) & 0xFFFF_FFFF_0000_0000L) == base;
  }

  /// Reaps no more. Orphans still come to this JVM, since others may have come to rely on that.
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(reaper);
  }
}
