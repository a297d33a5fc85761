package dev.procman.linux;

import dev.procman.Signal;
import dev.procman.proc.ProcFs;
import dev.procman.proc.SpareDescriptors;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A descriptor for one child (pidfd_open(2)), by which it is signalled, asked after and reaped:
/// whatever becomes of the number, the descriptor means this process. Thread-safe.
final class Handle {
  /// The ids of all children that this JVM has a handle of and has not reaped, so that they are not
  /// another's.
  private static final Set<Long> CHILDREN = ConcurrentHashMap.newKeySet();

  private final int pid;
  private final int descriptor;
  private boolean reaped;

  Handle(int pid, int descriptor) {
    this.pid = pid;
    this.descriptor = descriptor;
    CHILDREN.add((long) pid);
  }

  /// Whether an id is that of a child which was launched here and is not reaped.
  static boolean isChild(long pid) {
    return CHILDREN.contains(pid);
  }

  /// For epoll(7), which tells when the child has ended; valid until it is reaped.
  int descriptor() {
    return descriptor;
  }

  /// Whether the number may be another's.
  synchronized boolean isReaped() {
    return reaped;
  }

  /// Whether it has not ended; a zombie has.
  synchronized boolean isAlive() {
    if (reaped) {
      return false;
    }
    try (var arena = Arena.ofConfined()) {
      return Ending.look(new Libc(arena), new Ending.Place(arena), descriptor).isEmpty();
    }
  }

  /// Signals it.
  ///
  /// @return whether it was alive and the signal sent
  synchronized boolean signal(Signal signal) {
    return isAlive() && send(descriptor, signal);
  }

  /// Signals its whole process group, which is its own as long as its number is.
  synchronized void signalGroup(Signal signal) {
    if (!reaped) {
      try (var arena = Arena.ofConfined()) {
        new Libc(arena).kill(-pid, signal.number());
      }
    }
  }

  /// Reaps it if it has ended.
  synchronized void reap() {
    if (reaped) {
      return;
    }
    // Before its id may be another's.
    CHILDREN.remove((long) pid);
    try (var arena = Arena.ofConfined()) {
      var libc = new Libc(arena);
      if (Ending.reap(libc, new Ending.Place(arena), descriptor).isPresent()) {
        reaped = true;
        libc.close(descriptor);
      } else {
        CHILDREN.add((long) pid);
      }
    }
  }

  /// Waits for its end, which must be near, and reaps it.
  synchronized void await() {
    if (!reaped) {
      try (var arena = Arena.ofConfined()) {
        var libc = new Libc(arena);
        CHILDREN.remove((long) pid);
        libc.systemCall(Platform.WAITID, Flags.P_PIDFD, descriptor, 0, Flags.WEXITED, 0);
        reaped = true;
        libc.close(descriptor);
      }
    }
  }

  /// Sends a signal to other members of a tree, each through a descriptor of its own that is known
  /// to mean the right process.
  ///
  /// @return whether it was sent to any
  static boolean send(Signal signal, List<ProcFs.Stat> targets) {
    boolean sent = false;
    try (var arena = Arena.ofConfined()) {
      var libc = new Libc(arena);
      for (var target : targets) {
        long error = send(libc, signal, target);
        if (error == -Libc.EMFILE || error == -Libc.ENFILE) {
          error = SpareDescriptors.lend(1, () -> send(libc, signal, target));
        }
        sent |= error == 0;
      }
    }
    return sent;
  }

  /// @return a negative error number, 0 when it was sent, 1 when it is another process
  private static long send(Libc libc, Signal signal, ProcFs.Stat target) {
    long handle = libc.systemCall(Platform.PIDFD_OPEN, target.pid(), 0, 0, 0, 0);
    if (handle < 0) {
      return handle;
    }
    // First the handle, then the proof that it is the handle of the right one.
    boolean same = ProcFs.isAlive(target.pid(), target.startTicks());
    boolean sent = same && send((int) handle, signal);
    libc.close((int) handle);
    return sent ? 0 : 1;
  }

  private static boolean send(int handle, Signal signal) {
    try (var arena = Arena.ofConfined()) {
      return new Libc(arena)
              .systemCall(Platform.PIDFD_SEND_SIGNAL, handle, signal.number(), 0, 0, 0)
          == 0;
    }
  }
}
