package dev.procman.core.host;

import static org.awaitility.Awaitility.await;

import dev.procman.proc.ProcFs;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// All processes that a second JVM started, whatever became of their parents: a variable that it
/// was given is in the environment of each. Does not use the tree mark, which is what is tested.
public final class Footprint implements AutoCloseable {
  private static final String VARIABLE = "PROCMAN_FOOTPRINT";

  private final String value = UUID.randomUUID().toString();
  private final Map<Long, Long> more = new ConcurrentHashMap<>();

  /// What a process needs in its environment to be found.
  public Map<String, String> environment() {
    return Map.of(VARIABLE, value);
  }

  /// Also counts this one in, which does not carry the variable.
  public void add(long pid) {
    ProcFs.startTicks(pid).ifPresent(ticks -> more.put(pid, ticks));
  }

  /// Those alive.
  public Set<Long> alive() {
    var alive = new TreeSet<Long>();
    var wanted = VARIABLE + "=" + value;
    for (long pid : pids()) {
      if (List.of(read(pid, "environ").split("\0")).contains(wanted)) {
        alive.add(pid);
      }
    }
    more.forEach((pid, ticks) -> {
      if (ProcFs.isAlive(pid, ticks)) {
        alive.add(pid);
      }
    });
    return alive;
  }

  /// Those alive with their command lines, for messages.
  public Map<Long, String> described() {
    var described = new TreeMap<Long, String>();
    alive()
        .forEach(pid -> {
          var line = read(pid, "cmdline").replace('\0', ' ').strip();
          described.put(pid, line.substring(Math.max(0, line.length() - 100)));
        });
    return described;
  }

  /// The guards of managers that use this state directory.
  public static Set<Long> guards(Path stateDirectory) {
    var guards = new TreeSet<Long>();
    for (long pid : pids()) {
      var words = List.of(read(pid, "cmdline").split("\0"));
      if (words.contains("procman-guard") && words.getLast().startsWith(stateDirectory + "/")) {
        guards.add(pid);
      }
    }
    // A shell forks to run a program; the guard itself leads its session.
    guards.removeIf(pid -> !sessionOf(pid).equals(Long.toString(pid)));
    return guards;
  }

  /// The zombies among the children of this JVM.
  public static long zombies() {
    long self = ProcessHandle.current().pid();
    return pids().stream()
        .map(pid -> read(pid, "stat"))
        .filter(stat -> stat.substring(stat.lastIndexOf(')') + 1).startsWith(" Z " + self + " "))
        .count();
  }

  private static String sessionOf(long pid) {
    var stat = read(pid, "stat");
    var fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
    return fields.length > 3 ? fields[3] : "";
  }

  private static List<Long> pids() {
    var pids = new ArrayList<Long>();
    var names = new File("/proc").list((_, name) -> Character.isDigit(name.charAt(0)));
    for (String name : names == null ? new String[0] : names) {
      pids.add(Long.valueOf(name));
    }
    return pids;
  }

  private static String read(long pid, String file) {
    try {
      return Files.readString(
          Path.of("/proc", Long.toString(pid), file), StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }

  /// Ends what is left, so that a failed test leaves nothing.
  @Override
  public void close() {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              var left = alive();
              left.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
              return left;
            },
            Set::isEmpty);
  }
}
