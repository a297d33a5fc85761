package dev.procman.services;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Whether this JVM is the superuser, and whom to become for servers that refuse to be.
final class Privileges {
  private static final Path SELF = Path.of("/proc/self");

  private Privileges() {}

  /// Whether this JVM runs as root.
  static boolean isRoot() {
    try {
      return Files.exists(SELF)
          ? Integer.valueOf(0).equals(Files.getAttribute(SELF, "unix:uid"))
          : System.getProperty("user.name", "").equals("root");
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException unknown) {
      return System.getProperty("user.name", "").equals("root");
    }
  }

  /// The first of these users that exists; the last when none does.
  static String firstUser(List<String> names) {
    var users = FileSystems.getDefault().getUserPrincipalLookupService();
    for (String name : names) {
      try {
        var _ = users.lookupPrincipalByName(name);
        return name;
      } catch (IOException | UnsupportedOperationException none) {
        // The next one, then.
      }
    }
    return names.getLast();
  }
}
