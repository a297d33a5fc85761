package dev.procman.junit;

import dev.procman.spi.LaunchRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Tells procman's own children from others: they carry a mark in their environment, which Linux
/// shows. Elsewhere no child is known as procman's.
final class OwnProcesses {
  private OwnProcesses() {}

  static boolean isOurs(ProcessHandle process) {
    try {
      var environment =
          Files.readString(environ(process.pid()), StandardCharsets.ISO_8859_1).split("\0", -1);
      return Arrays.stream(environment)
          .anyMatch(entry ->
              entry.startsWith(LaunchRequest.TREE_MARK + "=")
                  || entry.startsWith(LaunchRequest.GUARD_MARK + "="));
    } catch (IOException goneOrNotLinux) {
      return false;
    }
  }

  private static Path environ(long pid) {
    return Path.of("/proc", Long.toString(pid), "environ");
  }

  static String describe(ProcessHandle process) {
    var info = process.info();
    return "pid "
        + process.pid()
        + ", "
        + info.commandLine().or(info::command).orElse("command unknown");
  }
}
