package dev.procman.core.supervisor;

import dev.procman.spi.DurationText;
import dev.procman.ProcessInput;
import dev.procman.ProcessInputException;
import dev.procman.ProcessInputException.Reason;
import dev.procman.StandardInput;
import dev.procman.core.Nanos;
import dev.procman.spi.LaunchedProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Standard input of whatever generation is current. A write that a child does not take blocks a
/// thread in the operating system, where no interrupt reaches it; so writes run on a platform
/// thread of their own, made when needed, and the caller only waits. Writes are queued, so they
/// reach the child whole and in order.
final class StdinPort implements ProcessInput {
  private final String process;
  private final Supplier<Optional<LaunchedProcess>> current;
  private final Supplier<StandardInput> specified;
  private final Object lock = new Object();
  private @Nullable LaunchedProcess target;
  private @Nullable ThreadPoolExecutor writer;

  /// @param specified what its specification says that it reads
  StdinPort(
      String process,
      Supplier<Optional<LaunchedProcess>> current,
      Supplier<StandardInput> specified) {
    this.specified = specified;
    this.process = process;
    this.current = current;
  }

  @Override
  public void write(byte[] bytes, Duration timeout) {
    var child = current.get().filter(LaunchedProcess::isAlive).orElse(null);
    if (child == null) {
      throw new ProcessInputException(
          Reason.NOT_RUNNING,
          "process '" + process + "' is not running; start it before writing",
          null);
    }
    if (!(specified.get() instanceof StandardInput.Pipe)) {
      throw new ProcessInputException(
          Reason.CLOSED,
          "process '"
              + process
              + "' does not read what the host writes: its specification gives it another standard"
              + " input; leave stdin(...) out for a pipe",
          null);
    }
    byte[] copy = bytes.clone();
    Future<?> written;
    try {
      written =
          writerFor(child)
              .submit(() -> {
                child.stdin().write(copy);
                child.stdin().flush();
                return true;
              });
    } catch (RejectedExecutionException ended) {
      throw closed(ended);
    }
    await(written, timeout);
  }

  private void await(Future<?> written, Duration timeout) {
    try {
      written.get(Nanos.of(timeout), TimeUnit.NANOSECONDS);
    } catch (ExecutionException failed) {
      throw closed(failed.getCause());
    } catch (TimeoutException tooLong) {
      written.cancel(false);
      throw new ProcessInputException(
          Reason.TIMEOUT,
          "process '%s' did not take its input within %s; it may have taken a part"
              .formatted(process, DurationText.of(timeout)),
          null);
    } catch (InterruptedException interrupted) {
      written.cancel(false);
      Thread.currentThread().interrupt();
      throw new ProcessInputException(
          Reason.TIMEOUT,
          "interrupted while process '" + process + "' took its input",
          interrupted);
    }
  }

  private ProcessInputException closed(@Nullable Throwable cause) {
    return new ProcessInputException(
        Reason.CLOSED,
        "the input of process '"
            + process
            + "' is closed: it has ended, closed it, or it was closed here",
        cause);
  }

  private ThreadPoolExecutor writerFor(LaunchedProcess child) {
    synchronized (lock) {
      var present = writer;
      if (present != null && child.equals(target)) {
        return present;
      }
      if (present != null) {
        present.shutdownNow();
      }
      var fresh =
          new ThreadPoolExecutor(
              1,
              1,
              5,
              TimeUnit.SECONDS,
              new LinkedBlockingQueue<>(),
              Thread.ofPlatform().daemon().name("procman-stdin-" + process).factory());
      fresh.allowCoreThreadTimeOut(true);
      writer = fresh;
      target = child;
      return fresh;
    }
  }

  /// The generation has ended: nothing queued will be written.
  void ended(LaunchedProcess child) {
    synchronized (lock) {
      var present = writer;
      if (present != null && child.equals(target)) {
        present.shutdownNow();
        writer = null;
        target = null;
      }
    }
  }

  @Override
  public void close() {
    if (!(specified.get() instanceof StandardInput.Pipe)) {
      return;
    }
    current
        .get()
        .ifPresent(child -> {
          try {
            child.stdin().close();
          } catch (IOException alreadyGone) {
            // The child has closed its end: what was to be reached is reached.
          }
        });
  }
}
