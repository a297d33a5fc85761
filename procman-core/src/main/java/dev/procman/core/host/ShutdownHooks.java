package dev.procman.core.host;

import dev.procman.core.Uninterruptibly;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What runs at an orderly end of this JVM (`System.exit`, the end of `main`, SIGTERM, SIGINT): one
/// hook for all managers, which closes them in parallel. It is there while there are managers.
public final class ShutdownHooks {
  private static final Logger log = LoggerFactory.getLogger(ShutdownHooks.class);
  private static final Set<Registration> REGISTERED = new LinkedHashSet<>();
  private static @Nullable Thread hook;
  private static boolean ending;

  private ShutdownHooks() {}

  /// A registered closer; closing this takes it back.
  public static final class Registration implements AutoCloseable {
    private final Runnable closer;

    private Registration(Runnable closer) {
      this.closer = closer;
    }

    @Override
    public void close() {
      synchronized (REGISTERED) {
        if (REGISTERED.remove(this) && REGISTERED.isEmpty()) {
          unhook();
        }
      }
    }
  }

  /// Has `closer` run when this JVM ends.
  ///
  /// @throws IllegalStateException when it is ending already
  public static Registration register(Runnable closer) {
    synchronized (REGISTERED) {
      if (ending) {
        throw shuttingDown(null);
      }
      if (hook == null) {
        // Made now: at the end there may be no memory for it.
        var made = new Thread(null, ShutdownHooks::closeAll, "procman-shutdown", 0, false);
        try {
          Runtime.getRuntime().addShutdownHook(made);
        } catch (IllegalStateException inProgress) {
          ending = true;
          throw shuttingDown(inProgress);
        }
        hook = made;
      }
      var registration = new Registration(closer);
      REGISTERED.add(registration);
      return registration;
    }
  }

  /// A hook keeps the class loader of procman for as long as the JVM lives.
  private static void unhook() {
    var thread = hook;
    if (thread == null || ending) {
      return;
    }
    try {
      Runtime.getRuntime().removeShutdownHook(thread);
      hook = null;
    } catch (IllegalStateException inProgress) {
      ending = true;
    }
  }

  private static IllegalStateException shuttingDown(@Nullable Throwable cause) {
    return new IllegalStateException(
        "this JVM is shutting down; processes started now could not be ended in time", cause);
  }

  private static void closeAll() {
    List<Registration> all;
    synchronized (REGISTERED) {
      ending = true;
      all = new ArrayList<>(REGISTERED);
    }
    var threads = all.stream().skip(1).map(ShutdownHooks::closer).toList();
    // One is closed here, so that one manager needs no thread.
    all.stream().limit(1).forEach(ShutdownHooks::close);
    threads.forEach(ShutdownHooks::join);
  }

  /// Not a virtual thread: host code may keep those from running.
  private static Optional<Thread> closer(Registration registration) {
    var thread = new Thread(null, () -> close(registration), "procman-shutdown", 0, false);
    try {
      thread.start();
      return Optional.of(thread);
    } catch (OutOfMemoryError noThread) {
      close(registration);
      return Optional.empty();
    }
  }

  private static void join(Optional<Thread> thread) {
    thread.ifPresent(present -> Uninterruptibly.await(present::join));
  }

  private static void close(Registration registration) {
    try {
      registration.closer.run();
    } catch (RuntimeException failed) {
      log.atError().setCause(failed).log("a process manager could not be closed");
    }
  }
}
