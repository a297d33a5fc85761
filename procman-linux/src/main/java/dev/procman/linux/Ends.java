package dev.procman.linux;

/// Waits for the end of threads of this module's own, which must be over before the caller goes on.
final class Ends {
  private Ends() {}

  /// Waits whatever happens; an interrupt is passed on afterwards.
  static void await(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
