package dev.procman.proc;

import dev.procman.Signal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// A process and all that descend from it, on Linux. Members are found by their parents; by the
/// tree mark in their environment, which they keep when their parents are gone; and remembered once
/// they were seen. What was never seen and both lost its parent and cleared its environment is not
/// found. Thread-safe.
public final class ProcessTree {
  /// Below this age ids cannot have been given out all around the range (32768 at least) since it
  /// was started.
  private static final long YOUNG_NANOS = TimeUnit.SECONDS.toNanos(2);

  /// As many ids are looked at one by one; beyond that a look at all processes is cheaper.
  private static final long FEW = 256;

  /// How long to wait for a process that is just being replaced by another program, so that its
  /// environment cannot be read.
  private static final long EXEC_PATIENCE = TimeUnit.MILLISECONDS.toNanos(200);

  private static final long EXEC_PAUSE = TimeUnit.MICROSECONDS.toNanos(50);

  /// How many ancestors are looked at.
  private static final int DEEPEST = 256;

  private static final int KILL_ROUNDS = 100;
  private static final long KILL_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

  private final long root;
  private final String mark;
  private final BooleanSupplier rootLives;
  private final TreeSignals signals;
  private final Belonging belonging;
  private final long bornAfter = System.nanoTime();
  private final Map<Long, Long> seen = new HashMap<>();
  private Optional<Long> rootTicks;
  private boolean rootEnded;
  private boolean over;

  /// Of the present look.
  private boolean sure;

  /// @param root the pid of the process, which has just been started
  /// @param rootLives whether it is not yet reaped, so that its pid cannot be another's
  /// @param signals how signals are sent
  public ProcessTree(long root, String mark, BooleanSupplier rootLives, TreeSignals signals) {
    this(root, mark, rootLives, signals, Belonging.NONE);
  }

  /// As above, with further proof of who is a member.
  public ProcessTree(
      long root, String mark, BooleanSupplier rootLives, TreeSignals signals, Belonging belonging) {
    this.belonging = belonging;
    this.root = root;
    this.mark = mark;
    this.rootLives = rootLives;
    this.signals = signals;
    this.rootTicks = Optional.empty();
  }

  /// The process itself has ended. From now on a look that misses nobody and finds nobody is the
  /// last: out of nothing nothing is born.
  public synchronized void rootEnded() {
    rootEnded = true;
  }

  /// Whether it was found empty for good.
  public synchronized boolean isOver() {
    return over;
  }

  /// The live members, ancestors before descendants.
  public synchronized List<ProcFs.Stat> members() {
    if (over) {
      return List.of();
    }
    sure = true;
    var candidates = candidates();
    var byPid = new LinkedHashMap<Long, ProcFs.Stat>();
    candidates.forEach(stat -> byPid.put(stat.pid(), stat));
    var root = byPid.get(this.root);
    // Not by its mark alone: a program may clear its environment, or write its title over it.
    if (root != null && rootTicks.isEmpty() && (rootLives.getAsBoolean() || isOurs(root))) {
      rootTicks = Optional.of(root.startTicks());
    }
    var proved = belonging.among(candidates);
    sure &= byPid.keySet().containsAll(proved);
    var members = new LinkedHashMap<Long, ProcFs.Stat>();
    for (var stat : candidates) {
      if (isKnown(stat)
          || isRoot(stat)
          || proved.contains(stat.pid())
          || bornOfMember(stat, byPid, new HashSet<>())
          || isOurs(stat)) {
        members.put(stat.pid(), stat);
        seen.put(stat.pid(), stat.startTicks());
      }
    }
    var alive = members.values().stream().filter(stat -> !stat.isDead()).toList();
    seen.keySet().retainAll(members.keySet());
    over = rootEnded && sure && alive.isEmpty();
    return parentsFirst(alive);
  }

  /// Whether a process, which may be a zombie, is a member: a look at it and its ancestors only,
  /// which waits for nobody. One that lost its parents is missed while it is between two programs,
  /// and when it cleared its environment, unless there is further proof.
  public boolean contains(long pid) {
    long at = pid;
    for (int up = 0; up < DEEPEST && at > 1; up++) {
      if (at == root) {
        return rootLives.getAsBoolean();
      }
      at = ProcFs.stat(at).map(ProcFs.Stat::parent).orElse(0L);
    }
    return ProcFs.mark(pid).filter(mark::equals).isPresent()
        || ProcFs.stat(pid)
            .filter(stat -> belonging.among(List.of(stat)).contains(pid))
            .isPresent();
  }

  /// Who may be a member. A young process with few ids given out since cannot have others.
  private List<ProcFs.Stat> candidates() {
    if (System.nanoTime() - bornAfter < YOUNG_NANOS) {
      var few = new ArrayList<ProcFs.Stat>();
      // Who has ended is nobody's parent any more.
      long next = rootEnded ? root + 1 : root;
      for (long last; (last = lastPid()) - root <= FEW && last >= next - 1; next = last + 1) {
        if (last == next - 1) {
          // Nobody was born while the others were looked at.
          return few;
        }
        for (long pid = next; pid <= last; pid++) {
          if (pid == root || !belonging.isStranger(pid)) {
            ProcFs.stat(pid).ifPresent(few::add);
          }
        }
      }
    }
    long before = lastPid();
    var all = ProcessTable.look();
    // Whoever was born and orphaned during the look may be missing.
    sure = before >= 0 && before == lastPid();
    return all;
  }

  private static long lastPid() {
    return ProcFs.lastPid().orElse(-1);
  }

  private boolean isKnown(ProcFs.Stat stat) {
    Long ticks = seen.get(stat.pid());
    return ticks != null && ticks == stat.startTicks();
  }

  private boolean bornOfMember(ProcFs.Stat stat, Map<Long, ProcFs.Stat> byPid, Set<Long> path) {
    var parent = byPid.get(stat.parent());
    if (parent == null || !path.add(stat.pid())) {
      return false;
    }
    return isKnown(parent) || isRoot(parent) || bornOfMember(parent, byPid, path);
  }

  private boolean isRoot(ProcFs.Stat stat) {
    return stat.pid() == root && rootTicks.filter(ticks -> ticks == stat.startTicks()).isPresent();
  }

  private boolean isOurs(ProcFs.Stat stat) {
    if (stat.isDead()) {
      return false;
    }
    var environment = ProcFs.environment(stat.pid());
    // A shell that leaves something in the background and ends at once leaves it here: in exec(2),
    // with the environment of the old program gone and that of the new one not there yet.
    long until = System.nanoTime() + EXEC_PATIENCE;
    while (environment.filter(bytes -> bytes.length == 0).isPresent()) {
      boolean executing = ProcFs.isExecuting(stat.pid());
      if (executing && System.nanoTime() - until > 0) {
        sure = false;
        return false;
      }
      if (executing) {
        LockSupport.parkNanos(EXEC_PAUSE);
      }
      environment = ProcFs.environment(stat.pid());
      if (!executing) {
        break;
      }
    }
    return environment.flatMap(ProcFs::markIn).filter(mark::equals).isPresent();
  }

  private static List<ProcFs.Stat> parentsFirst(List<ProcFs.Stat> members) {
    var left = new LinkedHashMap<Long, ProcFs.Stat>();
    members.forEach(stat -> left.put(stat.pid(), stat));
    var ordered = new ArrayList<ProcFs.Stat>();
    while (!left.isEmpty()) {
      var roots = left.values().stream().filter(stat -> !left.containsKey(stat.parent())).toList();
      // Ids may be reused while the look is taken, so that parents seem to form a circle.
      var next = roots.isEmpty() ? List.copyOf(left.values()) : roots;
      ordered.addAll(next);
      next.forEach(stat -> left.remove(stat.pid()));
    }
    return ordered;
  }

  /// Whether a live member other than the process itself has a pipe open, which may be one of ours.
  public boolean hasPipeHolders() {
    return members().stream().anyMatch(stat -> stat.pid() != root && ProcFs.hasPipe(stat.pid()));
  }

  /// Sends a signal to all members; see [dev.procman.spi.LaunchedProcess#signalTree].
  public void signal(Signal signal) {
    if (signal == Signal.KILL) {
      killAll();
      return;
    }
    var members = members();
    signals.send(signal, members);
    if (signal == Signal.TERM) {
      signals.send(Signal.CONT, members.stream().filter(ProcFs.Stat::isStopped).toList());
    }
  }

  private void killAll() {
    var killed = new HashSet<ProcFs.Stat>();
    for (int round = 0; round < KILL_ROUNDS; round++) {
      var members = members().stream().filter(stat -> !killed.contains(identity(stat))).toList();
      if (members.isEmpty()) {
        return;
      }
      signals.send(Signal.KILL, members);
      members.forEach(stat -> killed.add(identity(stat)));
      LockSupport.parkNanos(KILL_PAUSE);
    }
  }

  private static ProcFs.Stat identity(ProcFs.Stat stat) {
    return new ProcFs.Stat(stat.pid(), 0, '-', stat.startTicks());
  }
}
