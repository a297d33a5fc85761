package dev.procman.proc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Whether this JVM may signal a process (kill(2)): as the same user, or with the capability
/// `CAP_KILL`. A program that changes its user may not be signalled by the JVM that started it.
public final class SignalPermission {
  private static final int CAP_KILL = 5;

  private SignalPermission() {}

  /// Why a process of this machine may not be signalled, with the remedy; empty when it may, or
  /// when it is not there.
  public static Optional<String> obstacle(long pid) {
    var target = Path.of("/proc/" + pid);
    try {
      var own = Files.readAllLines(Path.of("/proc/self/status"));
      var other = Files.readAllLines(target.resolve("status"));
      if (isGranted(own, other)) {
        return Optional.empty();
      }
      return Optional.of(
          "procman may not signal pid "
              + pid
              + ", which runs as user "
              + Files.getOwner(target)
              + ": run this JVM as that user, give it CAP_KILL, or end the process by hand");
    } catch (IOException | UnsupportedOperationException gone) {
      return Optional.empty();
    }
  }

  /// What kill(2) says, by the lines of `/proc/PID/status`: `Uid:` has the real, the effective, the
  /// saved and the file system's user.
  static boolean isGranted(List<String> own, List<String> other) {
    var capabilities = value(own, "CapEff:");
    if (capabilities.isPresent()
        && (Long.parseUnsignedLong(capabilities.get(), 16) >> CAP_KILL & 1) != 0) {
      return true;
    }
    var sender = users(own);
    var target = users(other);
    if (sender.size() < 2 || target.size() < 3) {
      return true;
    }
    return List.of(target.get(0), target.get(2)).stream()
        .anyMatch(user -> user.equals(sender.get(0)) || user.equals(sender.get(1)));
  }

  private static List<String> users(List<String> status) {
    return value(status, "Uid:").map(users -> List.of(users.split("\\s+"))).orElse(List.of());
  }

  private static Optional<String> value(List<String> status, String key) {
    return status.stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(key.length()).strip())
        .findFirst();
  }
}
