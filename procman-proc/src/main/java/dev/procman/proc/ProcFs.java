package dev.procman.proc;

import dev.procman.spi.LaunchRequest;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// What Linux tells of processes under `/proc` (proc(5)). A process that vanishes while it is being
/// read is simply not there; when nothing can be read, since this JVM has no descriptor left, that
/// is an [UncheckedIOException]. Elsewhere than on Linux everything is empty; ask [#isAvailable()].
public final class ProcFs {
  private static final boolean AVAILABLE =
      System.getProperty("os.name", "").equals("Linux") && new File("/proc/self/stat").exists();
  private static final byte[] MARK =
      (LaunchRequest.TREE_MARK + "=").getBytes(StandardCharsets.UTF_8);

  /// One process.
  ///
  /// @param pid its id
  /// @param parent its parent's id
  /// @param state one letter: `Z` and `X` are dead, `T` and `t` stopped
  /// @param startTicks when it was started, in clock ticks since the boot; with the pid it
  ///   identifies a process
  public record Stat(long pid, long parent, char state, long startTicks) {
    /// Whether it has ended; a zombie has.
    public boolean isDead() {
      return state == 'Z' || state == 'X';
    }

    /// Whether it is stopped, by a signal or a debugger.
    public boolean isStopped() {
      return state == 'T' || state == 't';
    }
  }

  private ProcFs() {}

  /// Whether this is Linux with `/proc`.
  public static boolean isAvailable() {
    return AVAILABLE;
  }

  /// When a process was started, in clock ticks since the boot; empty when there is none of that
  /// id.
  public static OptionalLong startTicks(long pid) {
    var stat = stat(pid);
    return stat.isPresent() ? OptionalLong.of(stat.get().startTicks()) : OptionalLong.empty();
  }

  /// When this JVM was started, as [#startTicks] of others; 0 elsewhere than on Linux.
  public static long ownStartTicks() {
    var fields = AVAILABLE ? statFields("self", 21) : new String[0];
    return fields.length < 21 ? 0 : Long.parseLong(fields[19]);
  }

  /// Whether that very process is alive; a zombie is not.
  public static boolean isAlive(long pid, long startTicks) {
    return stat(pid).filter(stat -> stat.startTicks() == startTicks && !stat.isDead()).isPresent();
  }

  /// The live processes whose tree mark begins with `prefix`, by pid, with the mark.
  public static Map<Long, String> marked(String prefix) {
    var marked = new HashMap<Long, String>();
    for (var stat : all()) {
      if (!stat.isDead()) {
        mark(stat.pid())
            .filter(mark -> mark.startsWith(prefix))
            .ifPresent(mark -> marked.put(stat.pid(), mark));
      }
    }
    return marked;
  }

  /// These processes and all that descend from them, as far as they are alive.
  ///
  /// @param roots start times by pid
  /// @return start times by pid
  public static Map<Long, Long> withDescendants(Map<Long, Long> roots) {
    var found = new HashMap<Long, Long>();
    var living = all().stream().filter(stat -> !stat.isDead()).toList();
    boolean grown = true;
    while (grown) {
      grown = false;
      for (var stat : living) {
        Long ticks = roots.get(stat.pid());
        boolean member =
            (ticks != null && ticks == stat.startTicks()) || found.containsKey(stat.parent());
        grown |= member && found.putIfAbsent(stat.pid(), stat.startTicks()) == null;
      }
    }
    return found;
  }

  /// The name of a process's first thread, at most 15 bytes of it (proc(5), `comm`).
  public static Optional<String> name(long pid) {
    var bytes = new byte[64];
    int length = AVAILABLE ? read("/proc/" + pid + "/comm", bytes) : -1;
    return length <= 0
        ? Optional.empty()
        : Optional.of(new String(bytes, 0, length, StandardCharsets.UTF_8).stripTrailing());
  }

  /// All processes that can be seen.
  public static List<Stat> all() {
    var all = new ArrayList<Stat>();
    if (!AVAILABLE) {
      return all;
    }
    for (String name : list("/proc")) {
      if (name.charAt(0) >= '1' && name.charAt(0) <= '9') {
        stat(Long.parseLong(name)).ifPresent(all::add);
      }
    }
    return all;
  }

  /// One process, if there is one of that id that is not a thread of this JVM.
  public static Optional<Stat> stat(long pid) {
    // An exception costs more than the question, and most ids asked for are free or this JVM's
    // threads'.
    if (!AVAILABLE || !new File("/proc/" + pid).exists() || isOwnThread(pid)) {
      return Optional.empty();
    }
    var fields = statFields(pid, 21);
    if (fields.length < 21) {
      return Optional.empty();
    }
    return Optional.of(
        new Stat(pid, Long.parseLong(fields[1]), fields[0].charAt(0), Long.parseLong(fields[19])));
  }

  /// The fields from the third on, at most `limit`, of which the last holds the rest.
  private static String[] statFields(long pid, int limit) {
    return statFields(Long.toString(pid), limit);
  }

  private static String[] statFields(String pid, int limit) {
    var bytes = new byte[1024];
    int length = read("/proc/" + pid + "/stat", bytes);
    if (length <= 0) {
      return new String[0];
    }
    // The second field is the command in parentheses and may itself hold spaces and parentheses.
    var text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    int close = text.lastIndexOf(')');
    return close < 0 ? new String[0] : text.substring(close + 2).split(" ", limit);
  }

  /// Whether a process, whose environment can be read and is empty, is between two programs: it has
  /// memory, but not yet the place of an environment (fields 23 and 50).
  public static boolean isExecuting(long pid) {
    var fields = statFields(pid, 50);
    return fields.length >= 49 && !fields[20].equals("0") && fields[47].equals("0");
  }

  /// The tree mark in a process's environment, if it can be read and has one.
  public static Optional<String> mark(long pid) {
    return environment(pid).flatMap(ProcFs::markIn);
  }

  /// A process's environment as it was when its program began; empty when it is gone or another
  /// user's.
  public static Optional<byte[]> environment(long pid) {
    return read("/proc/" + pid + "/environ", FileInputStream::readAllBytes);
  }

  /// The tree mark in an environment.
  public static Optional<String> markIn(byte[] bytes) {
    for (int start = 0; start < bytes.length; ) {
      int end = start;
      while (end < bytes.length && bytes[end] != 0) {
        end++;
      }
      if (startsWithMark(bytes, start, end)) {
        int from = start + MARK.length;
        return Optional.of(new String(bytes, from, end - from, StandardCharsets.UTF_8));
      }
      start = end + 1;
    }
    return Optional.empty();
  }

  private static boolean startsWithMark(byte[] bytes, int start, int end) {
    return end - start >= MARK.length
        && Arrays.equals(bytes, start, start + MARK.length, MARK, 0, MARK.length);
  }

  /// Whether an id is that of a thread of this JVM; threads and processes draw their ids from one
  /// range.
  private static boolean isOwnThread(long id) {
    return new File("/proc/self/task/" + id).exists();
  }

  /// Whether a process has any pipe open.
  public static boolean hasPipe(long pid) {
    for (String name : list("/proc/" + pid + "/fd")) {
      try {
        if (Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "fd", name))
            .toString()
            .startsWith("pipe:")) {
          return true;
        }
      } catch (IOException closedMeanwhile) {
        // The next one tells.
      }
    }
    return false;
  }

  /// The id given out last in this pid namespace, to a process or a thread.
  public static OptionalLong lastPid() {
    return AVAILABLE ? LastPid.read() : OptionalLong.empty();
  }

  private static int read(String path, byte[] bytes) {
    return read(path, file -> file.read(bytes)).orElse(-1);
  }

  private interface Reading<T> {
    T from(FileInputStream file) throws IOException;
  }

  /// Reads a file; empty when it is gone or not ours.
  private static <T> Optional<T> read(String path, Reading<T> reading) {
    var first = attempt(path, reading);
    if (first.isPresent() || !new File(path).canRead()) {
      return first;
    }
    requireDescriptors();
    return attempt(path, reading);
  }

  private static <T> Optional<T> attempt(String path, Reading<T> reading) {
    try (var file = new FileInputStream(path)) {
      return Optional.of(reading.from(file));
    } catch (IOException goneOrNotOurs) {
      return Optional.empty();
    }
  }

  /// The names in a directory; none when it is gone or not ours.
  private static String[] list(String path) {
    var names = new File(path).list();
    if (names == null && new File(path).canRead()) {
      requireDescriptors();
      names = new File(path).list();
    }
    return names == null ? new String[0] : names;
  }

  /// Not to be able to look must not pass for seeing nobody: a tree that seems empty is replaced by
  /// the next generation.
  ///
  /// @throws UncheckedIOException when this JVM cannot open any file
  private static void requireDescriptors() {
    try {
      new FileInputStream("/proc/self/stat").close();
    } catch (IOException exhausted) {
      throw new UncheckedIOException(
          "processes cannot be looked at; are the descriptors of this JVM exhausted (ulimit -n)?",
          exhausted);
    }
  }
}
