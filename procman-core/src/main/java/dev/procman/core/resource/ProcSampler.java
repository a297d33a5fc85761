package dev.procman.core.resource;

import dev.procman.ProcessId;
import dev.procman.ResourceSample;
import dev.procman.proc.ProcFs;
import dev.procman.spi.ResourceSampler;
import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;

/// Measures processes with their trees out of Linux's `/proc`, without native access.
///
/// **Cheap by leaving out.** What grows or moves fast is read each time: `stat`, `io` and the
/// number of descriptors, three system calls for a process whose files are kept open. What is dear
/// or hardly moves is read every ten seconds: the proportional share of memory, swap, switches,
/// limits; between two readings the older figure stands.
///
/// **One pass for all trees.** The kernel tells the id it gave out last (`/proc/loadavg`). If that
/// has not moved, nobody was born, and no tree can have grown. Else the listing of `/proc` is gone
/// through once, for all trees together, and only those are looked at whose ids were given out
/// since the last pass. Every half minute all are, in case ids went all around in between. A
/// newcomer belongs where its parent belongs. One whose parent was gone before it was first seen
/// belongs to the tree whose mark is in its environment; only newcomers that were adopted, by pid 1
/// or by whom else a member was seen to be adopted, are asked for it.
///
/// **Sums that do not fall.** CPU time, faults and I/O of a process include what its children used
/// that it waited for, so a shell's short-lived helpers count although no sample ever sees them;
/// see [GrowingTotals] for the rest.
///
/// At most [#KEPT_OPEN] descriptors are held, none of a generation that was forgotten, and none at
/// all while there is nothing to measure. Thread-safe.
public final class ProcSampler implements ResourceSampler {
  /// The most descriptors that are held.
  public static final int KEPT_OPEN = 32;

  private static final long ALL = TimeUnit.SECONDS.toNanos(30);

  /// The start as the launcher tells it may come from another clock, which may have been set.
  private static final Duration SAME_START = Duration.ofSeconds(5);

  /// Ids go around here at the latest (PID_MAX_LIMIT).
  private static final long LARGEST_ID = 1 << 22;

  /// A pass that is so young is not repeated: many probes ask for one process each, all at once.
  private static final long RECENT = TimeUnit.MILLISECONDS.toNanos(50);

  /// What nobody asks about any more is forgotten.
  private static final long FORGET = TimeUnit.MINUTES.toNanos(5);

  private final byte[] buffer = new byte[8192];
  private final SystemUnits units = SystemUnits.ofThisSystem();
  private final ProcFile.Allowance allowance = new ProcFile.Allowance(KEPT_OPEN);
  private final ProcFile loadFile = new ProcFile("/proc/loadavg", allowance);
  private final StatLine stat = new StatLine();
  private final Map<Target, Known> known = new HashMap<>();
  private final Map<Long, ProcTree> trees = new LinkedHashMap<>();
  private final Map<Long, Place> places = new HashMap<>();
  private final Set<Long> adopters = new HashSet<>(Set.of(1L));
  private final List<Long> attached = new ArrayList<>();
  private long lastId = -1;
  private long allDue = System.nanoTime();
  private long discoveredAt = allDue - RECENT;
  private boolean closed;

  private static final class Known {
    final ProcTree tree;
    long asked;

    Known(ProcTree tree) {
      this.tree = tree;
    }
  }

  /// Where a process belongs.
  private record Place(ProcTree tree, ProcMember member) {}

  private record Newcomer(long pid, long parent, long startTicks) {}

  /// Holds nothing before it is first used.
  public ProcSampler() {}

  /// Whether this system has what it needs.
  public static boolean isAvailable() {
    return ProcFs.isAvailable();
  }

  @Override
  public String name() {
    return "proc";
  }

  @Override
  public int rank() {
    return 100;
  }

  @Override
  public synchronized Map<Target, ResourceSample> sample(Collection<Target> targets) {
    var samples = new LinkedHashMap<Target, ResourceSample>();
    if (closed) {
      return samples;
    }
    long now = System.nanoTime();
    var asked = new ArrayList<Map.Entry<Target, ProcTree>>(targets.size());
    for (var target : targets) {
      tree(target, now).ifPresent(tree -> asked.add(Map.entry(target, tree)));
    }
    discover(now);
    for (var entry : asked) {
      var tree = entry.getValue();
      tree.sample(buffer, now, gone -> places.remove(gone.pid))
          .ifPresentOrElse(sample -> samples.put(entry.getKey(), sample), () -> forget(tree));
    }
    forgetUnasked(now);
    return samples;
  }

  // Targets.

  private Optional<ProcTree> tree(Target target, long now) {
    var present = known.get(target);
    if (present == null) {
      var tree = attach(target);
      if (tree.isEmpty()) {
        return tree;
      }
      present = new Known(tree.get());
      known.put(target, present);
    }
    present.asked = now;
    return present.tree.isEnded() ? Optional.empty() : Optional.of(present.tree);
  }

  private Optional<ProcTree> attach(Target target) {
    long pid = target.pid();
    if (pid <= 0 || !read(pid) || stat.isDead()) {
      return Optional.empty();
    }
    long startTicks = stat.startTicks;
    // The JDK's figure, since the launcher's comes from there and rests on the same reading of the
    // time of boot.
    boolean same =
        ProcessHandle.of(pid)
            .flatMap(handle -> handle.info().startInstant())
            .filter(start ->
                Duration.between(start, target.startTime()).abs().compareTo(SAME_START) <= 0)
            .isPresent();
    if (!same) {
      return Optional.empty();
    }
    var tree = trees.get(pid);
    if (tree != null && tree.members().getFirst().startTicks == startTicks) {
      return Optional.of(tree);
    }
    if (tree != null) {
      forget(tree);
    }
    leave(pid);
    var member = new ProcMember(pid, startTicks, allowance);
    var fresh = new ProcTree(member, ProcFs.mark(pid), units);
    trees.put(pid, fresh);
    places.put(pid, new Place(fresh, member));
    attached.add(pid);
    return Optional.of(fresh);
  }

  /// A target within another's tree is a tree of its own.
  private void leave(long pid) {
    var place = places.remove(pid);
    if (place != null) {
      place.tree.members().remove(place.member);
      place.member.close();
    }
  }

  @Override
  public synchronized void forget(ProcessId id) {
    forgetKnown((target, _) -> target.id().equals(id));
  }

  private void forget(ProcTree tree) {
    tree.close();
    trees.remove(tree.root, tree);
    places.values().removeIf(place -> place.tree == tree);
    known.values().removeIf(entry -> entry.tree == tree);
    if (trees.isEmpty()) {
      loadFile.close();
    }
  }

  private void forgetUnasked(long now) {
    forgetKnown((_, entry) -> now - entry.asked > FORGET);
  }

  /// Forgets targets, and those of their trees that no other target is in.
  private void forgetKnown(BiPredicate<Target, Known> which) {
    var forgotten = new ArrayList<ProcTree>();
    known
        .entrySet()
        .removeIf(entry -> {
          boolean removed = which.test(entry.getKey(), entry.getValue());
          if (removed) {
            forgotten.add(entry.getValue().tree);
          }
          return removed;
        });
    for (var tree : forgotten) {
      if (known.values().stream().noneMatch(entry -> entry.tree == tree)) {
        forget(tree);
      }
    }
  }

  // Discovery.

  private void discover(long now) {
    if (trees.isEmpty()) {
      return;
    }
    if (attached.isEmpty() && now - discoveredAt < RECENT) {
      return;
    }
    discoveredAt = now;
    long last = lastGivenOut();
    boolean all = last < 0 || now - allDue >= 0;
    long from = lastId;
    for (long pid : attached) {
      // The children of a new target have ids that were given out after its own.
      from = behind(pid, last) > behind(from, last) ? pid : from;
    }
    if (!all && from == last) {
      attached.clear();
      return;
    }
    var names = new File("/proc").list();
    if (names == null) {
      return;
    }
    var newcomers = new ArrayList<Newcomer>();
    for (String name : names) {
      long pid = id(name);
      if (pid > 0 && (all || isBetween(pid, from, last)) && !isMember(pid) && read(pid)) {
        newcomers.add(new Newcomer(pid, stat.parent, stat.startTicks));
      }
    }
    place(newcomers);
    lastId = last;
    attached.clear();
    if (all) {
      allDue = now + ALL;
    }
  }

  /// The id that was given out last, the last number of the text; -1 when it cannot be told.
  private long lastGivenOut() {
    int length = loadFile.read(buffer);
    int at = length - 1;
    while (at >= 0 && buffer[at] != ' ') {
      at--;
    }
    return Bytes.number(buffer, at + 1, length);
  }

  /// How long ago an id was given out, counted in ids, if they have not gone around twice.
  static long behind(long id, long last) {
    return last >= id ? last - id : LARGEST_ID - id + last;
  }

  /// Whether an id was given out after `from`, and not after `last`.
  static boolean isBetween(long id, long from, long last) {
    return from <= last ? id > from && id <= last : id > from || id <= last;
  }

  /// Whether the process of an id is a member already. When it was given out anew, the place is
  /// free.
  private boolean isMember(long pid) {
    var place = places.get(pid);
    if (place == null) {
      return false;
    }
    if (read(pid) && stat.startTicks == place.member.startTicks) {
      if (!places.containsKey(stat.parent) && pid != place.tree.root) {
        adopters.add(stat.parent);
      }
      return true;
    }
    return pid == place.tree.root;
  }

  private void place(List<Newcomer> newcomers) {
    boolean placed = true;
    while (placed) {
      placed =
          newcomers.removeIf(newcomer -> {
            var parent = places.get(newcomer.parent);
            if (parent == null || parent.member.startTicks > newcomer.startTicks) {
              return false;
            }
            join(parent.tree, newcomer);
            return true;
          });
      if (!placed) {
        placed = newcomers.removeIf(this::joinByMark);
      }
    }
  }

  private boolean joinByMark(Newcomer newcomer) {
    if (!adopters.contains(newcomer.parent)) {
      return false;
    }
    var mark = ProcFs.mark(newcomer.pid);
    if (mark.isEmpty()) {
      return false;
    }
    for (var tree : trees.values()) {
      if (tree.mark.equals(mark)) {
        join(tree, newcomer);
        return true;
      }
    }
    return false;
  }

  private void join(ProcTree tree, Newcomer newcomer) {
    leave(newcomer.pid);
    var member = new ProcMember(newcomer.pid, newcomer.startTicks, allowance);
    tree.add(member);
    places.put(newcomer.pid, new Place(tree, member));
  }

  private boolean read(long pid) {
    int length = ProcFile.readOnce("/proc/" + pid + "/stat", buffer);
    return length > 0 && stat.parse(buffer, length);
  }

  private static long id(String name) {
    long id = 0;
    for (int at = 0; at < name.length(); at++) {
      char digit = name.charAt(at);
      if (digit < '0' || digit > '9') {
        return -1;
      }
      id = id * 10 + digit - '0';
    }
    return id;
  }

  /// How many descriptors are held.
  synchronized int keptOpen() {
    return KEPT_OPEN - allowance.left();
  }

  @Override
  public synchronized void close() {
    closed = true;
    trees.values().forEach(ProcTree::close);
    loadFile.close();
    trees.clear();
    places.clear();
    known.clear();
  }
}
