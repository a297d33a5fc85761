package dev.procman.junit;

import dev.procman.Probe;
import dev.procman.ProcessSpec;
import java.util.Optional;

/// Whether two specifications mean the same process. Checks and hooks are code, which cannot be
/// compared: what counts is that the same kind of them is at the same places.
final class SpecIdentity {
  private SpecIdentity() {}

  static boolean isSame(ProcessSpec one, ProcessSpec other) {
    return one.equals(other)
        || (one.command().equals(other.command())
            && one.directory().equals(other.directory())
            && one.environment().equals(other.environment())
            && one.files().equals(other.files())
            && one.ports().equals(other.ports())
            && one.dependencies().equals(other.dependencies())
            && one.labels().equals(other.labels())
            && one.hooks().keySet().equals(other.hooks().keySet())
            && kind(one.ready()).equals(kind(other.ready()))
            && kind(one.live()).equals(kind(other.live()))
            && kind(one.startup()).equals(kind(other.startup())));
  }

  private static Optional<String> kind(Optional<Probe> probe) {
    return probe.map(present -> present.check().describe());
  }
}
