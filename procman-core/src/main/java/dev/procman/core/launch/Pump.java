package dev.procman.core.launch;

import dev.procman.ExitStatus;
import dev.procman.StdStream;
import dev.procman.core.Nanos;
import dev.procman.spi.LaunchListener;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads both pipes of one child and waits for its end, on one virtual thread that never blocks in
/// the operating system: it reads only what [InputStream#available()] says is there, and sleeps in
/// between in `waitFor`, from which the child's end wakes it at once. How long it sleeps follows
/// how long the child has been silent.
///
/// All the while it holds the monitors of both streams. At the child's end the JDK drains and
/// closes them under these monitors (ProcessImpl, `processExited`), which would cut off whoever
/// else still writes, kill it by SIGPIPE, and race with reading here; so the JDK waits until the
/// pump is done. Figures and the alternatives: `docs/decisions/reading-pipes.md`.
@SuppressWarnings("ThreadPriorityCheck") // virtual threads share their carriers only by yielding
final class Pump {
  private static final Logger log = LoggerFactory.getLogger(Pump.class);
  private static final long SHORTEST = TimeUnit.MICROSECONDS.toNanos(100);
  private static final long SHORTEST_BEFORE_OUTPUT = TimeUnit.MICROSECONDS.toNanos(500);
  private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long SPIN = TimeUnit.MICROSECONDS.toNanos(50);
  private static final long AFTER_EXIT = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LONGEST_AFTER_EXIT = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long GIVE_UP = TimeUnit.SECONDS.toNanos(60);
  private static final int BULK = 8192;
  private static final int MOST = 65536;

  private final Process process;
  private final LaunchListener listener;
  private final BooleanSupplier held;
  private final BooleanSupplier heldBack;
  private final long quietAfterExit;
  private final InputStream out;
  private final InputStream err;
  private byte @Nullable [] buffer;

  /// @param held whether somebody else may hold a pipe open
  /// @param heldBack whether nothing is to be read while the child lives
  Pump(
      Process process,
      LaunchListener listener,
      BooleanSupplier held,
      BooleanSupplier heldBack,
      Duration quietAfterExit) {
    this.process = process;
    this.listener = listener;
    this.held = held;
    this.heldBack = heldBack;
    this.quietAfterExit = Nanos.of(quietAfterExit);
    this.out = process.getInputStream();
    this.err = process.getErrorStream();
  }

  /// Pumps to the end.
  ///
  /// @param holding called once the streams are held
  void run(Runnable holding) {
    synchronized (out) {
      synchronized (err) {
        holding.run();
        pumpUntilExit();
        // The look comes before the news: who hears it asks for the same look at once, and would
        // only wait for this one.
        boolean open = isHeld();
        listener.onExit(ExitStatus.ofShellCode(process.exitValue()));
        boolean truncated = pumpAfterExit(open);
        listener.onDrained(truncated);
        if (truncated) {
          discard();
        }
      }
    }
  }

  private void pumpUntilExit() {
    long lastOutput = System.nanoTime();
    boolean any = false;
    while (true) {
      int most = heldBack.getAsBoolean() ? 0 : readBoth(true);
      long now = System.nanoTime();
      if (most > 0) {
        any = true;
        lastOutput = now;
      }
      long quiet = now - lastOutput;
      if (most >= BULK || (any && quiet < SPIN && buffer != null)) {
        // More will be there in a moment. Yielding keeps a chatty child from keeping other virtual
        // threads off the core.
        Thread.yield();
        if (process.isAlive()) {
          continue;
        }
      }
      if (quiet > LONGEST) {
        buffer = null;
      }
      long pause = Math.clamp(quiet / 8, any ? SHORTEST : SHORTEST_BEFORE_OUTPUT, LONGEST);
      if (hasExitedWithin(pause)) {
        return;
      }
    }
  }

  private boolean hasExitedWithin(long nanos) {
    try {
      return process.waitFor(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException byNobodyOfOurs) {
      // Nobody has a reason to interrupt this thread; a lost child would be worse than a lost
      // interrupt.
      return !process.isAlive();
    }
  }

  /// What the child itself wrote is in the pipes now; what else comes is from those who hold them
  /// still.
  ///
  /// @param open whether somebody did when the child had ended
  /// @return whether somebody still did when reading ended
  private boolean pumpAfterExit(boolean open) {
    long pause = AFTER_EXIT;
    long lastOutput = System.nanoTime();
    while (true) {
      if (readAll()) {
        lastOutput = System.nanoTime();
      }
      if (!open) {
        return false;
      }
      if (System.nanoTime() - lastOutput >= quietAfterExit) {
        return true;
      }
      LockSupport.parkNanos(pause);
      pause = Math.min(pause * 2, LONGEST_AFTER_EXIT);
      open = isHeld();
    }
  }

  /// Keeps those who still write from being stopped by a full pipe or killed by a closed one, for a
  /// while.
  private void discard() {
    long giveUp = System.nanoTime() + GIVE_UP;
    while (isHeld() && System.nanoTime() < giveUp) {
      readBoth(false);
      LockSupport.parkNanos(LONGEST);
    }
  }

  private boolean isHeld() {
    try {
      return held.getAsBoolean();
    } catch (RuntimeException | Error notFoundOut) {
      // Who cannot be seen may be there. Whatever fails, the end of the child must be told.
      return true;
    }
  }

  private boolean readAll() {
    boolean any = false;
    while (readBoth(true) > 0) {
      any = true;
      Thread.yield();
    }
    return any;
  }

  /// Reads what is there, at most one buffer of each stream.
  ///
  /// @return how many bytes came from the stream that had more
  private int readBoth(boolean tell) {
    return Math.max(read(StdStream.STDOUT, out, tell), read(StdStream.STDERR, err, tell));
  }

  private int read(StdStream stream, InputStream in, boolean tell) {
    try {
      int available = in.available();
      if (available <= 0) {
        return 0;
      }
      int wanted = Math.clamp(available, BULK, MOST);
      byte[] bytes = buffer;
      if (bytes == null || bytes.length < wanted) {
        bytes = new byte[wanted];
        buffer = bytes;
      }
      int count = in.read(bytes, 0, Math.min(available, bytes.length));
      if (count > 0 && tell) {
        tell(stream, ByteBuffer.wrap(bytes, 0, count));
      }
      return Math.max(count, 0);
    } catch (IOException broken) {
      // A pipe that cannot be read has nothing more to say.
      return 0;
    }
  }

  /// A fault of whoever takes output, such as a lack of memory, costs that output, not the news of
  /// the end.
  private void tell(StdStream stream, ByteBuffer bytes) {
    try {
      listener.onOutput(stream, bytes);
    } catch (RuntimeException | Error fault) {
      log.atError().addKeyValue("pid", process.pid()).setCause(fault).log("output was lost");
    }
  }
}
