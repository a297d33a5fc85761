package dev.procman.core.supervisor;

import dev.procman.ManagedProcess;
import dev.procman.core.MaskedException;
import dev.procman.spi.ProcessExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The extensions of one process. They are the host's code, so they begin and end one after the
/// other on virtual threads; [#become] returns at once. Used on the supervisor's thread.
final class Extensions {
  private static final Logger log = LoggerFactory.getLogger(Extensions.class);

  private final ManagedProcess process;
  private final SupervisorContext context;
  private final UnaryOperator<String> mask;
  private final LinkedBlockingQueue<Runnable> steps = new LinkedBlockingQueue<>();
  private final ReentrantLock working = new ReentrantLock();
  private List<Attached> attached = List.of();

  /// @param mask hides secrets in what they throw
  Extensions(ManagedProcess process, SupervisorContext context, UnaryOperator<String> mask) {
    this.process = process;
    this.mask = mask;
    this.context = context;
  }

  /// Keeps those that are in both, ends those that are gone, begins the new ones.
  void become(List<ProcessExtension> wanted) {
    if (wanted.isEmpty() && attached.isEmpty()) {
      return;
    }
    var now = new ArrayList<Attached>();
    var gone = new ArrayList<>(attached);
    var fresh = new ArrayList<Attached>();
    for (var extension : wanted) {
      var known = gone.stream().filter(each -> each.extension.equals(extension)).findFirst();
      known.ifPresent(gone::remove);
      now.add(
          known.orElseGet(() -> {
            var next = new Attached(extension);
            fresh.add(next);
            return next;
          }));
    }
    attached = now;
    gone.forEach(each -> steps.add(each::end));
    fresh.forEach(each -> steps.add(each::begin));
    Thread.ofVirtual().name("procman-extensions-" + process.name()).start(this::work);
  }

  private void work() {
    working.lock();
    try {
      for (Runnable step; (step = steps.poll()) != null; ) {
        step.run();
      }
    } finally {
      working.unlock();
    }
  }

  private final class Attached {
    private final ProcessExtension extension;
    private AutoCloseable handle = () -> {};

    Attached(ProcessExtension extension) {
      this.extension = extension;
    }

    void begin() {
      try {
        handle = extension.attach(process, context.neighbours().manager());
      } catch (Throwable failed) {
        warn("could not begin", failed);
      }
    }

    void end() {
      try {
        handle.close();
      } catch (Throwable failed) {
        warn("could not end", failed);
      }
    }

    private void warn(String what, Throwable failed) {
      log.atError()
          .addKeyValue("process.name", process.name())
          .setCause(MaskedException.of(failed, mask))
          .log("an extension of {} {}", process.name(), what);
    }
  }
}
