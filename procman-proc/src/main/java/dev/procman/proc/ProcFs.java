package dev.procman.proc;

import dev.procman.spi.LaunchRequest;
import dev.procman.spi.ProcessIdentity;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/// What Linux tells of processes under `/proc` (proc(5)). A process that vanishes while it is being
/// read is simply not there; when nothing can be read, since this JVM has no descriptor left, that
/// is an [UncheckedIOException]. Elsewhere than on Linux everything is empty; ask [#isAvailable()].
public final class ProcFs {
  private static final boolean AVAILABLE =
      System.getProperty("os.name", "").equals("Linux") && new File("/proc/self/stat").exists();
  private static final byte[] MARK =
      (LaunchRequest.TREE_MARK + "=").getBytes(StandardCharsets.UTF_8);

  private static final long CENSUS = TimeUnit.MILLISECONDS.toNanos(200);

  // Of the flags of a process (`PF_` in the kernel's sched.h).
  private static final long EXITING = 0x4;
  private static final long KERNEL_THREAD = 0x20_0000;

  /// How often a descriptor is lent before it is said that there is none.
  private static final int LENDINGS = 4;

  /// One process.
  ///
  /// @param pid its id
  /// @param parent its parent's id
  /// @param session the session it is in (setsid(2))
  /// @param state one letter: `Z` and `X` are dead, `T` and `t` stopped; that of the first thread,
  ///   which may end before the others
  /// @param flags the kernel's
  /// @param threads how many threads it has
  /// @param startTicks when it was started, in clock ticks since the boot; with the pid it
  ///   identifies a process
  public record Stat(
      long pid, long parent, long session, char state, long flags, long threads, long startTicks) {

    /// Whether it has ended; a zombie has, unless it is only the first of several threads.
    public boolean isDead() {
      return hasLostItsFirstThread() && threads <= 1;
    }

    private boolean hasLostItsFirstThread() {
      return state == 'Z' || state == 'X';
    }

    /// Whether it is stopped, by a signal or a debugger.
    public boolean isStopped() {
      return state == 'T' || state == 't';
    }

    /// Whether it is about to end and has given back its memory, though perhaps not its files.
    private boolean isExiting() {
      return (flags & EXITING) != 0 && (flags & KERNEL_THREAD) == 0 && !isDead();
    }

    /// The same process, whatever it does at the moment.
    boolean isSame(Stat other) {
      return pid == other.pid && startTicks == other.startTicks;
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

  /// As above, of that very process.
  public static OptionalLong startTicks(ProcessIdentity process) {
    var before = startTicks(process.pid());
    boolean same = ProcessIdentity.of(process.pid()).filter(process::isSame).isPresent();
    return same && before.equals(startTicks(process.pid())) ? before : OptionalLong.empty();
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

  /// The live processes whose tree mark begins with `prefix`, by pid, with the mark. Those that are
  /// born meanwhile are among them; a look that may have missed somebody goes on for at most 200
  /// ms.
  public static Map<Long, String> marked(String prefix) {
    var marked = new HashMap<Long, String>();
    census(stat -> {
      var reading = stat.isDead() ? Marked.NOT : marked(stat.pid());
      reading
          .mark()
          .filter(mark -> mark.startsWith(prefix))
          .ifPresent(mark -> marked.put(stat.pid(), mark));
      return reading.hidden();
    });
    return marked;
  }

  private static void census(Predicate<Stat> isDoubtful) {
    long deadline = System.nanoTime() + CENSUS;
    var table = ProcessTable.look();
    var births =
        new Births(
            table.before() - Births.IN_FLIGHT, pid -> stat(pid).filter(isDoubtful).isPresent());
    for (var stat : table.all()) {
      if (isDoubtful.test(stat)) {
        births.doubt(stat.pid());
      }
    }
    var _ = births.follow(deadline, deadline);
  }

  /// These processes and all that descend from them, as far as they are alive; also those that are
  /// born meanwhile.
  ///
  /// @param roots start times by pid
  /// @return start times by pid
  public static Map<Long, Long> withDescendants(Map<Long, Long> roots) {
    var living = new LinkedHashMap<Long, Stat>();
    census(stat -> {
      if (!stat.isDead()) {
        living.put(stat.pid(), stat);
      }
      return false;
    });
    var found = new HashMap<Long, Long>();
    boolean grown = true;
    while (grown) {
      grown = false;
      for (var stat : living.values()) {
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

  /// The words of a process's command, at most the first 4096 bytes of them; none when it is gone,
  /// a zombie, or between two programs.
  public static List<String> commandLine(long pid) {
    var bytes = new byte[4096];
    int length = AVAILABLE ? read("/proc/" + pid + "/cmdline", bytes) : -1;
    return length <= 0
        ? List.of()
        : List.of(new String(bytes, 0, length, StandardCharsets.UTF_8).split("\0", -1));
  }

  /// The numbers of the signals that this JVM ignores, as far as they have names (signal(7)); the
  /// programs that it starts ignore them, too, unless something is done about it.
  public static List<Integer> ignoredSignals() {
    var bytes = new byte[4096];
    int length = AVAILABLE ? read("/proc/self/status", bytes) : -1;
    return length <= 0
        ? List.of()
        : new String(bytes, 0, length, StandardCharsets.ISO_8859_1)
            .lines()
            .filter(line -> line.startsWith("SigIgn:"))
            .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
            .boxed()
            .flatMap(mask ->
                IntStream.rangeClosed(1, 31)
                    .filter(number -> (mask >>> (number - 1) & 1) != 0)
                    .boxed())
            .toList();
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

  /// One process, if there is one of that id; a thread other than a process's first is none.
  public static Optional<Stat> stat(long pid) {
    // An exception costs more than the question, and most ids asked for are free.
    if (!AVAILABLE || !new File("/proc/" + pid).exists()) {
      return Optional.empty();
    }
    var fields = statFields(pid, 37);
    // Threads draw their ids from the same range; no signal tells of their end (field 38).
    if (fields.length < 37 || fields[35].equals("-1")) {
      return Optional.empty();
    }
    return Optional.of(
        new Stat(
            pid,
            Long.parseLong(fields[1]),
            Long.parseLong(fields[3]),
            fields[0].charAt(0),
            Long.parseLong(fields[6]),
            Long.parseLong(fields[17]),
            Long.parseLong(fields[19])));
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

  /// What an environment says.
  ///
  /// @param mark the tree mark in it
  /// @param hidden whether it cannot be read now, though the process lives and might have a mark:
  ///   it is between two programs, or about to end
  record Marked(Optional<String> mark, boolean hidden) {
    private static final Marked NOT = new Marked(Optional.empty(), false);
    private static final Marked HIDDEN = new Marked(Optional.empty(), true);
  }

  /// The tree mark in a process's environment, if it can be read and has one.
  public static Optional<String> mark(long pid) {
    return marked(pid).mark();
  }

  /// As [#mark], telling whether that is all that can be known.
  static Marked marked(long pid) {
    String directory = "/proc/" + pid;
    var environment = environment(directory);
    if (environment.filter(bytes -> bytes.length == 0).isPresent()) {
      if (isExecuting(pid)) {
        return Marked.HIDDEN;
      }
      // Perhaps it was executing a moment ago.
      environment = environment(directory);
    }
    if (environment.filter(bytes -> bytes.length > 0).isPresent()) {
      return new Marked(environment.flatMap(ProcFs::markIn), false);
    }
    var present = stat(pid).filter(stat -> !stat.isDead());
    if (present.isEmpty()) {
      return Marked.NOT;
    }
    if (present.get().hasLostItsFirstThread()) {
      return markOfOtherThreads(directory);
    }
    return present.get().isExiting() ? Marked.HIDDEN : Marked.NOT;
  }

  private static Marked markOfOtherThreads(String directory) {
    for (String thread : list(directory + "/task")) {
      var mark = environment(directory + "/task/" + thread).flatMap(ProcFs::markIn);
      if (mark.isPresent()) {
        return new Marked(mark, false);
      }
    }
    return Marked.NOT;
  }

  private static Optional<byte[]> environment(String directory) {
    return read(directory + "/environ", FileInputStream::readAllBytes);
  }

  /// Whether a process, whose environment can be read and is empty, is between two programs: it has
  /// memory, but not yet the place of an environment (fields 23 and 50).
  private static boolean isExecuting(long pid) {
    var fields = statFields(pid, 50);
    return fields.length >= 49 && !fields[20].equals("0") && fields[47].equals("0");
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
    if (!areThereDescriptors()) {
      for (int i = 0; i < LENDINGS; i++) {
        var lent = SpareDescriptors.lend(1, () -> attempt(path, reading));
        if (lent.isPresent() || !new File(path).canRead()) {
          return lent;
        }
      }
      requireDescriptors();
    }
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
    for (int i = 0; names == null && i < LENDINGS && new File(path).canRead(); i++) {
      names = SpareDescriptors.lend(1, () -> new File(path).list());
    }
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

  private static boolean areThereDescriptors() {
    try {
      requireDescriptors();
      return true;
    } catch (UncheckedIOException exhausted) {
      return false;
    }
  }
}
