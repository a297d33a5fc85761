package dev.procman.core;

import java.time.Duration;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The threads of the engine: those of supervisors, and those that end processes.
///
/// **The problem.** Virtual threads share a few carriers, by default as many as there are
/// processors, and leave them only when they wait. Host code that computes without a pause on as
/// many virtual threads keeps all others from running. Children could then not be ended, by
/// nobody's fault but procman's, who had promised it.
///
/// **The choice.** A pool of platform threads of our own, of the kind that also carries virtual
/// threads, so that a task costs no more than a virtual thread does. A task here may look into
/// `/proc`, signal, or start a program, but it does not wait for what takes time: it comes back
/// when that is over, or later by [#schedule].
///
/// One pool for all managers of this class loader; it ends with the last of them.
public final class EngineThreads {
  /// More than there are processors, since tasks read files.
  private static final int PARALLELISM = Math.max(16, Runtime.getRuntime().availableProcessors());

  private static final int MOST = 256;
  private static final Duration KEEP = Duration.ofSeconds(5);

  private static final Object LOCK = new Object();
  private static volatile @Nullable ForkJoinPool present;
  private static int claims;

  private EngineThreads() {}

  /// A claim of a manager, until it is closed. Idempotent.
  public static final class Claim implements AutoCloseable {
    private boolean closed;

    private Claim() {}

    @Override
    public void close() {
      synchronized (LOCK) {
        if (closed) {
          return;
        }
        closed = true;
        var pool = present;
        if (--claims == 0 && pool != null) {
          present = null;
          pool.shutdown();
        }
      }
    }
  }

  /// Keeps the threads until the claim is closed.
  public static Claim claim() {
    synchronized (LOCK) {
      claims++;
      return new Claim();
    }
  }

  /// Runs a task soon.
  ///
  /// @throws OutOfMemoryError when there is no memory for it, or no thread is left
  public static void execute(Runnable task) {
    while (true) {
      try {
        pool().execute(task);
        return;
      } catch (RejectedExecutionException justEnded) {
        forget();
      }
    }
  }

  /// Runs a task after a time.
  public static void schedule(long nanos, Runnable task) {
    while (true) {
      try {
        var _ = pool().schedule(task, nanos, TimeUnit.NANOSECONDS);
        return;
      } catch (RejectedExecutionException justEnded) {
        forget();
      }
    }
  }

  private static ForkJoinPool pool() {
    var pool = present;
    if (pool != null) {
      return pool;
    }
    synchronized (LOCK) {
      pool = present;
      if (pool == null) {
        pool =
            new ForkJoinPool(
                PARALLELISM,
                Worker::new,
                null,
                true,
                0,
                MOST,
                1,
                _ -> true,
                KEEP.toNanos(),
                TimeUnit.NANOSECONDS);
        present = pool;
      }
      return pool;
    }
  }

  /// A pool that its last manager has just ended is not asked again.
  private static void forget() {
    synchronized (LOCK) {
      var pool = present;
      if (pool != null && pool.isShutdown()) {
        present = null;
      }
    }
  }

  private static final class Worker extends ForkJoinWorkerThread {
    Worker(ForkJoinPool pool) {
      // Nothing is inherited from whoever happens to hand in a task, nor kept between tasks.
      super(null, pool, false);
      setName("procman-engine-" + getPoolIndex());
    }
  }
}
