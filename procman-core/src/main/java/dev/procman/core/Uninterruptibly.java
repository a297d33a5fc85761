package dev.procman.core;

/// Waits that an interrupt must not cut, because what they wait for has to be over before the
/// caller goes on. The interrupt flag is set again afterwards.
public final class Uninterruptibly {
  private Uninterruptibly() {}

  /// A wait that may be begun again.
  @FunctionalInterface
  public interface Wait {
    /// Waits.
    void begin() throws InterruptedException;
  }

  /// Waits to the end.
  public static void await(Wait wait) {
    boolean interrupted = false;
    while (true) {
      try {
        wait.begin();
        break;
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
