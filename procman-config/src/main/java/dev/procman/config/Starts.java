package dev.procman.config;

import dev.procman.ManagedProcess;

/// Starts processes whose specification is new to them.
final class Starts {
  private Starts() {}

  /// One that is not up, though it shall be, does not wait for what its old specification earned.
  static void anew(ManagedProcess process) {
    switch (process.state()) {
      case STOPPED, COMPLETED, FAILED, CRASH_LOOP, SKIPPED, NEW -> {
        process.reset();
        process.start();
      }
      case BACKOFF, STOPPING -> process.restartIfWanted("its configuration changed");
      case WAITING, STARTING, RUNNING, STUCK -> {}
    }
  }
}
