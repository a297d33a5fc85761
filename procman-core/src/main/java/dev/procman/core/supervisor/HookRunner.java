package dev.procman.core.supervisor;

import dev.procman.spi.DurationText;
import dev.procman.Hook;
import dev.procman.ManagedProcess;
import dev.procman.core.Deadline;
import dev.procman.spi.ProcmanClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs host code on a virtual thread of its own, and goes on without it when it takes too long.
final class HookRunner {
  /// How long a stop or an end waits for its hook.
  static final Duration LIMIT = Duration.ofSeconds(10);

  /// The process whose hook the current thread runs: a hook that stops its own process must not
  /// wait for itself.
  static final ScopedValue<ManagedProcess> INSIDE = ScopedValue.newInstance();

  /// What goes on when the hook that the current thread runs is over.
  private static final ScopedValue<Runnable> ONWARD = ScopedValue.newInstance();

  private static final Logger log = LoggerFactory.getLogger(HookRunner.class);

  private HookRunner() {}

  /// Runs the hook of a point, whose failure is only logged.
  ///
  /// @param mask hides secrets in what it throws
  /// @param then runs once, when the hook is over or [#LIMIT] has passed; at once when there is
  ///   none
  static void run(
      Hook.Point point,
      ManagedProcess process,
      ProcmanClock clock,
      UnaryOperator<Throwable> mask,
      Runnable then) {
    var hook = process.spec().hooks().get(point);
    if (hook == null) {
      then.run();
      return;
    }
    var once = new AtomicBoolean();
    var timer = new AtomicReference<ProcmanClock.Timer>(() -> {});
    Runnable onward =
        () -> {
          if (once.compareAndSet(false, true)) {
            then.run();
          }
        };
    var thread =
        Thread.ofVirtual()
            .name("procman-hook-" + process.name())
            .unstarted(() -> {
              try {
                ScopedValue.where(ONWARD, onward)
                    .call(() -> {
                      call(hook, process);
                      return true;
                    });
              } catch (Throwable thrown) {
                log.atWarn()
                    .addKeyValue("process.name", process.name())
                    .addKeyValue("hook", point)
                    .setCause(mask.apply(thrown))
                    .log("a hook failed");
              } finally {
                timer.get().cancel();
                onward.run();
              }
            });
    var limit =
        Deadline.in(
            clock,
            LIMIT,
            () -> {
              if (!once.get()) {
                log.atWarn()
                    .addKeyValue("process.name", process.name())
                    .addKeyValue("hook", point)
                    .log(
                        "a hook takes longer than {}; going on without it", DurationText.of(LIMIT));
                thread.interrupt();
                onward.run();
              }
            });
    timer.set(limit);
    thread.start();
  }

  /// Goes on without the hook that the current thread runs, if it runs one.
  static void leave() {
    if (ONWARD.isBound()) {
      ONWARD.get().run();
    }
  }

  /// Calls a hook on this thread.
  static void call(Hook hook, ManagedProcess process) throws Exception {
    ScopedValue.where(INSIDE, process)
        .call(() -> {
          hook.run(process);
          return true;
        });
  }
}
