package dev.procman.core.supervisor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// How many processes of this JVM's control group the Linux kernel has killed for lack of memory:
/// `oom_kill` in `memory.events` (cgroup v2; kernel documentation, "Control Group v2", memory
/// interface files). Children share the group.
final class MemoryKills {
  private static final Optional<Path> FILE = Optional.of(find()).filter(Files::isReadable);
  private static long seen = count();

  private MemoryKills() {}

  /// Counts from here on, if it does not yet. To be called before there is a process: else the
  /// first kill would be what counting begins with.
  static void begin() {
    // This class is initialized by now.
  }

  /// How many were counted since the last call, or since counting began; 0 where it cannot be told.
  static synchronized long sinceLastLook() {
    long now = count();
    long more = now - seen;
    seen = now;
    return more;
  }

  private static long count() {
    if (FILE.isEmpty()) {
      return 0;
    }
    try {
      for (String line : Files.readAllLines(FILE.get())) {
        if (line.startsWith("oom_kill ")) {
          return Long.parseLong(line.substring(9).trim());
        }
      }
    } catch (IOException | NumberFormatException none) {
      return 0;
    }
    return 0;
  }

  private static Path find() {
    String group = "/";
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/cgroup"))) {
        if (line.startsWith("0::")) {
          group = line.substring(3);
        }
      }
    } catch (IOException notLinux) {
      group = "/";
    }
    return Path.of("/sys/fs/cgroup" + group, "memory.events");
  }
}
