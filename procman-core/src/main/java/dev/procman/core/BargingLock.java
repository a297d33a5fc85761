package dev.procman.core;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// A lock for what both the engine and virtual threads use. A [ReentrantLock] that is given back
/// wakes the first who waits, and who waits behind that one sleeps on. When the first is a virtual
/// thread that host code keeps from running, the lock is free and yet nobody takes it. Here a
/// platform thread that waits looks again by itself every few milliseconds.
public final class BargingLock extends ReentrantLock {
  private static final long serialVersionUID = 1;
  private static final long AGAIN_MILLIS = 5;

  /// A lock that nobody holds.
  public BargingLock() {}

  @Override
  public void lock() {
    if (Thread.currentThread().isVirtual()) {
      super.lock();
      return;
    }
    boolean interrupted = false;
    // Without a time, it passes those who wait.
    while (!tryLock()) {
      try {
        if (tryLock(AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
          break;
        }
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
