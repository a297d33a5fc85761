package dev.procman.core.manager;

import dev.procman.proc.ProcFs;
import java.security.SecureRandom;
import java.util.HexFormat;

/// Names that no other manager on this machine has, now or after a restart of the machine. They
/// begin with this JVM's pid and start time, by which others see whether it is alive.
final class ManagerId {
  private ManagerId() {}

  static String next() {
    var bytes = new byte[8];
    new SecureRandom().nextBytes(bytes);
    return ProcessHandle.current().pid()
        + "-"
        + ProcFs.ownStartTicks()
        + "-"
        + HexFormat.of().formatHex(bytes);
  }
}
