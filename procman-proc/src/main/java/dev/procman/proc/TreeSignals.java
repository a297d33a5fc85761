package dev.procman.proc;

import dev.procman.Signal;
import java.util.List;

/// How signals are sent to members of a tree: what a launcher can do best.
@FunctionalInterface
public interface TreeSignals {

  /// Sends a signal to those of `targets` that are still the same processes.
  ///
  /// @return whether there was any, and it was sent
  boolean send(Signal signal, List<ProcFs.Stat> targets);
}
