package dev.procman.core;

import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.Lincheck;

/// Runs a small concurrent program again and again, each time with its threads interleaved in
/// another way that Lincheck chooses, down to single reads and writes. What throws in one of them
/// fails, and the interleaving is shown.
public final class Interleavings {
  private static final int INTERLEAVINGS = Integer.getInteger("procman.interleavings", 1000);

  private Interleavings() {}

  /// Something that may be interrupted.
  @FunctionalInterface
  public interface Part {
    /// Does it.
    void run() throws Exception;
  }

  /// Explores a program.
  public static void of(Part program) {
    of(INTERLEAVINGS, program);
  }

  /// Explores so many interleavings of a program.
  public static void of(int interleavings, Part program) {
    Lincheck.runConcurrentTest(interleavings, () -> unchecked(program).run());
  }

  /// Runs these at the same time, each on a thread, and waits for them.
  public static void together(Part... parts) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (var part : parts) {
      var thread = new Thread(unchecked(part));
      threads.add(thread);
      thread.start();
    }
    for (var thread : threads) {
      thread.join();
    }
  }

  private static Runnable unchecked(Part part) {
    return () -> {
      try {
        part.run();
      } catch (RuntimeException | Error thrown) {
        throw thrown;
      } catch (Exception checked) {
        throw new IllegalStateException(checked);
      }
    };
  }

  /// Fails when that is not so.
  public static void must(boolean right, String what) {
    if (!right) {
      throw new AssertionError(what);
    }
  }
}
