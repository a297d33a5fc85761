package dev.procman.core.launch;

import dev.procman.ExitStatus;
import dev.procman.StdStream;
import dev.procman.spi.LaunchListener;
import dev.procman.spi.ProcmanClock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/// Tells of exits whose [Pump] does not get to run: it is a virtual thread, which host code that
/// computes without a pause on all carriers keeps from running. Looks at all children five times a
/// second, which costs a field each, on the thread of the timers; output stays the pump's. It is
/// idle without children. Thread-safe.
final class ExitWatch {
  private static final Duration PERIOD = Duration.ofMillis(200);

  private final Set<Watched> children = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean ticking = new AtomicBoolean();

  /// Begins to watch a child.
  ///
  /// @return what takes its news, each exit once
  Watched watch(Process process, LaunchListener listener) {
    var watched = new Watched(process, listener);
    children.add(watched);
    tick();
    return watched;
  }

  private void tick() {
    if (!children.isEmpty() && ticking.compareAndSet(false, true)) {
      var _ = ProcmanClock.system().schedule(PERIOD, this::look);
    }
  }

  private void look() {
    ticking.set(false);
    children.forEach(Watched::look);
    tick();
  }

  /// A child under watch.
  final class Watched implements LaunchListener {
    private final Process process;
    private final LaunchListener listener;
    private final AtomicBoolean told = new AtomicBoolean();
    private boolean seenDead;

    private Watched(Process process, LaunchListener listener) {
      this.process = process;
      this.listener = listener;
    }

    /// Its pump has a period's time to tell it.
    private void look() {
      if (seenDead) {
        forget();
        tellExit(ExitStatus.ofShellCode(process.exitValue()));
      }
      seenDead = !process.isAlive();
    }

    private void tellExit(ExitStatus status) {
      if (told.compareAndSet(false, true)) {
        listener.onExit(status);
      }
    }

    /// Watches it no more.
    void forget() {
      children.remove(this);
    }

    @Override
    public void onOutput(StdStream stream, ByteBuffer bytes) {
      listener.onOutput(stream, bytes);
    }

    @Override
    public void onExit(ExitStatus status) {
      forget();
      tellExit(status);
    }

    @Override
    public void onDrained(boolean truncated) {
      listener.onDrained(truncated);
    }

    @Override
    public void onServiceState() {
      listener.onServiceState();
    }
  }
}
