package dev.procman.core.manager;

import java.security.SecureRandom;
import java.util.HexFormat;

/// Names that no other manager on this machine has, now or after a restart of the machine.
final class ManagerId {
  private ManagerId() {}

  static String next() {
    var bytes = new byte[8];
    new SecureRandom().nextBytes(bytes);
    return ProcessHandle.current().pid() + "-" + HexFormat.of().formatHex(bytes);
  }
}
