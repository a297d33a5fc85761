package dev.procman.linux;

import dev.procman.LaunchException;
import java.io.FileInputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A program that takes from itself what a launch needs, tries, and gives it back. Prints a line
/// for each attempt. Arguments: `descriptors`, `processes` or `memory`.
final class Exhausted {
  private static final int NPROC = 6;
  private static final int NOFILE = 7;
  private static final int AS = 9;

  private Exhausted() {}

  public static void main(String[] args) throws Exception {
    var launcher = new LinuxLauncher();
    // Everything is loaded, also what is for failures.
    say("before", launcher, "/bin/true");
    say("missing", launcher, "/no/such/program");
    switch (args[0]) {
      case "descriptors" -> descriptors(launcher);
      case "processes" -> attempt(launcher, NPROC, 1);
      default -> attempt(launcher, AS, addressSpace());
    }
    launcher.close();
    System.out.println("zombies " + Launches.zombies());
  }

  private static void attempt(LinuxLauncher launcher, int resource, long soft) throws Exception {
    int before = Launches.descriptors();
    long old = limit(resource, soft);
    var outcome = outcome(launcher, "/bin/true");
    limit(resource, old);
    System.out.println("without " + outcome);
    System.out.println("lost " + (Launches.descriptors() - before));
    say("after", launcher, "/bin/true");
  }

  private static void descriptors(LinuxLauncher launcher) throws Exception {
    var holders = new ArrayList<FileInputStream>();
    int open = Launches.descriptors();
    long highest = highest();
    // No number below the highest is free any more.
    while (holders.isEmpty() || Launches.descriptors() <= highest + 1) {
      holders.add(new FileInputStream("/dev/null"));
    }
    highest = highest();
    for (int free = 0; free <= 10; free++) {
      int before = Launches.descriptors();
      var fresh = new LinuxLauncher();
      long old = limit(NOFILE, highest + 1 + free);
      var used = outcome(launcher, "/bin/true");
      var first = outcome(fresh, "/bin/true");
      limit(NOFILE, old);
      var later = outcome(fresh, "/bin/true");
      fresh.close();
      System.out.println(
          "%d free: %s, first %s, later %s, lost %d"
              .formatted(free, used, first, later, Launches.descriptors() - before));
    }
    for (var holder : holders) {
      holder.close();
    }
    System.out.println("lost " + (Launches.descriptors() - open));
    say("after", launcher, "/bin/true");
  }

  private static void say(String when, LinuxLauncher launcher, String command) throws Exception {
    System.out.println(when + " " + outcome(launcher, command));
  }

  private static String outcome(LinuxLauncher launcher, String command) throws Exception {
    try {
      return "code " + Launches.runOnce(launcher, command);
    } catch (LaunchException failed) {
      return failed.reason().name();
    }
  }

  private static long addressSpace() throws Exception {
    return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[0]) * 4096;
  }

  private static long highest() {
    return List.of(Path.of("/proc/self/fd").toFile().list()).stream()
        .mapToLong(Long::parseLong)
        // Without the one by which they are listed.
        .filter(number -> Files.exists(Path.of("/proc/self/fd/" + number)))
        .max()
        .orElseThrow();
  }

  /// Sets the soft limit.
  ///
  /// @return what it was
  private static long limit(int resource, long soft) {
    try (var arena = Arena.ofConfined()) {
      var libc = new Libc(arena);
      var old = arena.allocate(ValueLayout.JAVA_LONG, 2);
      require(libc.systemCall(Platform.PRLIMIT, 0, resource, 0, old.address(), 0));
      long hard = old.getAtIndex(ValueLayout.JAVA_LONG, 1);
      long before = old.getAtIndex(ValueLayout.JAVA_LONG, 0);
      var wanted = arena.allocateFrom(ValueLayout.JAVA_LONG, soft, hard);
      require(libc.systemCall(Platform.PRLIMIT, 0, resource, wanted.address(), 0, 0));
      return before;
    }
  }

  private static void require(long result) {
    if (result < 0) {
      throw new IllegalStateException("prlimit failed, error " + -result);
    }
  }
}
