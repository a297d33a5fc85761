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
/// tree mark in their environment, which they keep when their parents are gone; by their session,
/// where the process has one of its own; and remembered once they were seen. What was never seen
/// and lost its parents, left the session and cleared its environment is not found. Thread-safe.
public final class ProcessTree {
  /// Below this age ids cannot have been given out all around the range (32768 at least) since it
  /// was started.
  private static final long YOUNG_NANOS = TimeUnit.SECONDS.toNanos(2);

  /// As many ids are looked at one by one; beyond that a look at all processes is cheaper.
  private static final long FEW = 256;

  /// How long a look goes on that is not sure, since somebody is just being replaced by another
  /// program, is about to end, or is born faster than it can be looked at.
  private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(200);

  /// How long KILL goes after those who flee.
  private static final long CHASE = TimeUnit.SECONDS.toNanos(5);

  /// Where it is not known who is born meanwhile, as many looks are taken.
  private static final int BLIND_LOOKS = 2;

  /// How many ancestors are looked at.
  private static final int DEEPEST = 256;

  private static final long KILL_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

  private final long root;
  private final String mark;
  private final BooleanSupplier rootLives;
  private final TreeSignals signals;
  private final Belonging belonging;
  private final long bornAfter = System.nanoTime();
  private final Map<Long, Long> seen = new HashMap<>();
  private Optional<Long> rootTicks = Optional.empty();
  private boolean ownSession;
  private boolean rootEnded;
  private boolean over;

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
  }

  /// The process leads a session of its own, from before its first instruction.
  public synchronized void leadsSession() {
    ownSession = true;
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

  /// The live members, ancestors before descendants. A look that may have missed somebody is
  /// repeated, for at most 200 ms.
  public synchronized List<ProcFs.Stat> members() {
    return look(TreeLook.Found.IGNORED, PATIENCE);
  }

  /// @param chase how long those are followed who are born meanwhile
  private List<ProcFs.Stat> look(TreeLook.Found found, long chase) {
    if (over) {
      return List.of();
    }
    long begun = System.nanoTime();
    for (int round = 1; ; round++) {
      var look = new TreeLook(this, found);
      var outcome = look.take(begun + PATIENCE, begun + chase);
      boolean blind = round >= BLIND_LOOKS && ProcFs.lastPid().isEmpty();
      if (outcome != Births.Outcome.BEHIND || blind || System.nanoTime() - begun > chase) {
        return result(look, outcome == Births.Outcome.SURE);
      }
    }
  }

  private List<ProcFs.Stat> result(TreeLook look, boolean sure) {
    if (!sure) {
      List.copyOf(seen.keySet()).forEach(look::revisit);
    }
    var members = look.members();
    seen.keySet().retainAll(members.keySet());
    members.forEach((pid, stat) -> seen.put(pid, stat.startTicks()));
    var alive = members.values().stream().filter(stat -> !stat.isDead()).toList();
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
    return isMark(ProcFs.mark(pid))
        || ProcFs.stat(pid)
            .filter(stat -> belonging.among(List.of(stat)).contains(pid))
            .isPresent();
  }

  // What a look asks.

  /// The first of few ids that a member can have; empty when all processes have to be looked at.
  Optional<Long> firstOfFew() {
    // Who has ended is nobody's parent any more.
    long first = rootEnded ? root + 1 : root;
    long last = ProcFs.lastPid().orElse(-1);
    return isYoung() && last - root <= FEW && last >= first - 1
        ? Optional.of(first)
        : Optional.empty();
  }

  private boolean isYoung() {
    return System.nanoTime() - bornAfter < YOUNG_NANOS;
  }

  Belonging belonging() {
    return belonging;
  }

  /// Whether an id need not be looked at.
  boolean isStranger(long pid) {
    return pid != root && belonging.isStranger(pid);
  }

  /// Takes notice of the process itself, if it is this one.
  void meet(ProcFs.Stat stat) {
    // Not by its mark alone: a program may clear its environment, or write its title over it.
    if (stat.pid() == root
        && rootTicks.isEmpty()
        && (rootLives.getAsBoolean() || isMark(ProcFs.mark(stat.pid())))) {
      rootTicks = Optional.of(stat.startTicks());
    }
    ownSession |= isRoot(stat) && stat.session() == root;
  }

  private boolean isRoot(ProcFs.Stat stat) {
    return stat.pid() == root && rootTicks.filter(ticks -> ticks == stat.startTicks()).isPresent();
  }

  /// Whether it was a member at an earlier look, or is the process itself.
  boolean isKnown(ProcFs.Stat stat) {
    Long ticks = seen.get(stat.pid());
    return isRoot(stat) || (ticks != null && ticks == stat.startTicks());
  }

  /// Whether the session of the process's number is its own still: as long as one of its members
  /// lives, it is not given to another.
  ///
  /// @param all who is there
  boolean hasSession(List<ProcFs.Stat> all) {
    return ownSession
        && (isYoung()
            || rootLives.getAsBoolean()
            || all.stream().anyMatch(stat -> stat.session() == root && isKnown(stat)));
  }

  boolean isInSession(ProcFs.Stat stat) {
    return stat.session() == root;
  }

  /// Whether it is older than the process, and so not born in its tree.
  boolean isOlder(ProcFs.Stat stat) {
    return rootTicks.filter(ticks -> stat.startTicks() < ticks).isPresent();
  }

  /// Whether that is the mark of this tree.
  boolean isMark(Optional<String> found) {
    return found.filter(mark::equals).isPresent();
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

  /// Kills each as soon as it is found, while the others are still looked for: who forks and ends
  /// all the time is gone already when a look is over. To stop them first would gain nothing, since
  /// whoever has a KILL waiting cannot fork either (fork(2) begins anew, and dies).
  private synchronized void killAll() {
    long deadline = System.nanoTime() + CHASE;
    var killed = new HashSet<Identity>();
    for (int before = -1; before < killed.size(); ) {
      before = killed.size();
      var _ = look(found -> killNew(found, killed), deadline - System.nanoTime());
      if (before < killed.size()) {
        LockSupport.parkNanos(KILL_PAUSE);
      }
    }
  }

  private void killNew(List<ProcFs.Stat> found, Set<Identity> killed) {
    var fresh = found.stream().filter(stat -> killed.add(Identity.of(stat))).toList();
    if (!fresh.isEmpty()) {
      signals.send(Signal.KILL, fresh);
    }
  }

  private record Identity(long pid, long startTicks) {
    static Identity of(ProcFs.Stat stat) {
      return new Identity(stat.pid(), stat.startTicks());
    }
  }
}
