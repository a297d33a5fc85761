package dev.procman.linux;

import dev.procman.proc.ProcFs;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reaps orphans where this JVM is process 1, as in a container: there whoever loses its parent
/// becomes a child of this JVM, and a zombie for ever when it ends, since nobody else waits for it.
///
/// **Whose exit may be taken.** Not that of a child of [ProcessBuilder] or another library, which
/// waits for it. What a process of this JVM starts itself is born in this JVM's session and can
/// leave it only to lead one of its own number; so a zombie in any other session was adopted, and
/// is reaped at once. Any other is reaped when it has been a zombie for some seconds: who waits for
/// a child does so as soon as it ends.
final class Orphans implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Orphans.class);
  private static final long FIRST = 1;
  private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

  /// A zombie whose parent may still ask for it.
  private record Zombie(long startTicks, long seen) {}

  private final long self = ProcessHandle.current().pid();
  private final long session = ProcFs.stat(self).map(ProcFs.Stat::session).orElse(-1L);
  private final Thread thread;
  private Map<Long, Zombie> waiting = new HashMap<>();
  private volatile boolean closed;

  private Orphans() {
    thread = Thread.ofPlatform().daemon().name("procman-orphans").start(this::run);
  }

  /// Whether orphans come to this JVM since it is the first process of its pid namespace.
  static boolean comeHere() {
    return ProcessHandle.current().pid() == FIRST;
  }

  /// Begins.
  static Orphans reap() {
    return new Orphans();
  }

  private void run() {
    while (!closed) {
      try {
        look();
      } catch (RuntimeException failed) {
        log.atWarn().setCause(failed).log("orphans are not reaped; it is tried again");
      }
      LockSupport.parkNanos(PAUSE);
    }
  }

  private void look() {
    long now = System.nanoTime();
    var still = new HashMap<Long, Zombie>();
    for (var stat : ProcFs.all()) {
      if (stat.parent() == self && stat.isDead() && !Handle.isChild(stat.pid())) {
        var known = waiting.get(stat.pid());
        var zombie =
            known != null && known.startTicks() == stat.startTicks()
                ? known
                : new Zombie(stat.startTicks(), now);
        if (isAdopted(stat) || now - zombie.seen() > PATIENCE) {
          reap(stat.pid());
        } else {
          still.put(stat.pid(), zombie);
        }
      }
    }
    waiting = still;
  }

  private boolean isAdopted(ProcFs.Stat stat) {
    return stat.session() != session && stat.session() != stat.pid();
  }

  /// A zombie's number is not another's before it is reaped.
  private static void reap(long pid) {
    try (var arena = Arena.ofConfined()) {
      new Libc(arena)
          .systemCall(Platform.WAITID, Flags.P_PID, pid, 0, Flags.WEXITED | Flags.WNOHANG, 0);
    }
  }

  /// Reaps no more.
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
