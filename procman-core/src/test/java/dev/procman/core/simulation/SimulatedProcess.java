package dev.procman.core.simulation;

import dev.procman.ExitStatus;
import dev.procman.ProcessId;
import dev.procman.Signal;
import dev.procman.spi.LaunchListener;
import dev.procman.spi.LaunchedProcess;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/// A process that exists in this JVM only. Its exit and the end of its output are told on the
/// launcher's thread, so they never overlap. Thread-safe.
final class SimulatedProcess implements LaunchedProcess {
  final ProcessId id;
  private final long pid;
  private final Fate fate;
  private final LaunchListener listener;
  private final Executor teller;
  private boolean alive = true;
  private boolean orphan;
  private boolean held;
  private boolean killed;
  private boolean drained;

  SimulatedProcess(ProcessId id, long pid, Fate fate, LaunchListener listener, Executor teller) {
    this.id = id;
    this.pid = pid;
    this.fate = fate;
    this.listener = listener;
    this.teller = teller;
    this.orphan = fate.orphan();
    this.held = fate.hangs();
  }

  /// Ends, unless it has.
  void exit(ExitStatus status) {
    exit(status, teller);
  }

  /// The same, told by `by`.
  synchronized void exit(ExitStatus status, Executor by) {
    if (!alive) {
      return;
    }
    alive = false;
    by.execute(() -> listener.onExit(status));
    if (!fate.drainsLate()) {
      drain(by);
    }
  }

  /// Its output ends, if it has not.
  void drain() {
    drain(teller);
  }

  private synchronized void drain(Executor by) {
    if (!alive && !drained) {
      drained = true;
      by.execute(() -> listener.onDrained(fate.drainsLate()));
    }
  }

  /// From now on it dies of KILL, also of one that came before.
  synchronized void letGo() {
    held = false;
    if (killed) {
      exit(new ExitStatus.Signaled(Signal.KILL.number()));
    }
  }

  /// Whether not even KILL ends it.
  synchronized boolean isHeld() {
    return held;
  }

  synchronized boolean isTreeAlive() {
    return alive || orphan;
  }

  @Override
  public long pid() {
    return pid;
  }

  @Override
  public synchronized boolean isAlive() {
    return alive;
  }

  @Override
  public synchronized boolean signal(Signal signal) {
    boolean was = alive;
    if (signal == Signal.KILL) {
      killed = true;
      if (!held) {
        exit(new ExitStatus.Signaled(signal.number()));
      }
    } else if (signal == Signal.TERM && fate.obeysTerm() && !held) {
      exit(new ExitStatus.Signaled(signal.number()));
    }
    return was;
  }

  @Override
  public synchronized void signalTree(Signal signal) {
    signal(signal);
    if (signal == Signal.KILL) {
      orphan = false;
    }
  }

  @Override
  public synchronized List<Long> tree() {
    var members = new ArrayList<Long>();
    if (alive) {
      members.add(pid);
    }
    if (orphan) {
      members.add(pid + 1);
    }
    return members;
  }

  @Override
  public OutputStream stdin() {
    return OutputStream.nullOutputStream();
  }

  @Override
  public String toString() {
    return id + " " + fate;
  }
}
