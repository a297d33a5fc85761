package dev.procman.proc;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One look at a tree: at those who are there, then at those who are born meanwhile.
final class TreeLook {

  /// Hears of members while others are still looked for.
  @FunctionalInterface
  interface Found {
    /// Does nothing.
    Found IGNORED = _ -> {};

    /// Hears of members that live, of which no other call tells.
    void members(List<ProcFs.Stat> members);
  }

  private final ProcessTree tree;
  private final Found found;
  private final Map<Long, ProcFs.Stat> visited = new LinkedHashMap<>();
  private final Map<Long, ProcFs.Stat> members = new LinkedHashMap<>();
  private Set<Long> proved = Set.of();
  private boolean session;

  TreeLook(ProcessTree tree, Found found) {
    this.tree = tree;
    this.found = found;
  }

  /// Looks; see [Births#follow].
  Births.Outcome take(long patience, long deadline) {
    var few = tree.firstOfFew();
    Births births;
    if (few.isPresent()) {
      births = new Births(few.get(), this::isDoubtful);
    } else {
      var table = ProcessTable.look();
      births = new Births(table.before() - Births.IN_FLIGHT, this::isDoubtful);
      visit(table.all(), births);
    }
    var outcome = births.follow(patience, deadline);
    if (few.isPresent()) {
      proved = tree.belonging().among(visited.values());
    }
    return visited.keySet().containsAll(proved) ? outcome : Births.Outcome.BEHIND;
  }

  /// Who was found, also zombies.
  Map<Long, ProcFs.Stat> members() {
    return members;
  }

  /// Looks at somebody who was a member before.
  void revisit(long pid) {
    if (!visited.containsKey(pid)) {
      isDoubtful(pid);
    }
  }

  private void visit(List<ProcFs.Stat> all, Births births) {
    all.forEach(stat -> visited.put(stat.pid(), stat));
    all.forEach(tree::meet);
    session = tree.hasSession(all);
    proved = tree.belonging().among(all);
    for (var stat : all) {
      if (tree.isKnown(stat) || isOfSession(stat) || proved.contains(stat.pid())) {
        members.put(stat.pid(), stat);
      }
    }
    spread();
    for (var stat : all) {
      if (!members.containsKey(stat.pid()) && !stat.isDead() && !tree.isOlder(stat)) {
        var marked = ProcFs.marked(stat.pid());
        if (tree.isMark(marked.mark())) {
          members.put(stat.pid(), stat);
        } else if (marked.hidden()) {
          births.doubt(stat.pid());
        }
      }
    }
    spread();
    tell(List.copyOf(members.values()));
  }

  private boolean isOfSession(ProcFs.Stat stat) {
    return session && tree.isInSession(stat);
  }

  /// Adds the descendants of members.
  private void spread() {
    for (boolean grown = true; grown; ) {
      grown = false;
      for (var stat : visited.values()) {
        if (isChildOfMember(stat)) {
          grown |= members.putIfAbsent(stat.pid(), stat) == null;
        }
      }
    }
  }

  private boolean isChildOfMember(ProcFs.Stat stat) {
    var parent = members.get(stat.parent());
    return parent != null && parent.startTicks() <= stat.startTicks();
  }

  /// Looks at an id.
  private boolean isDoubtful(long pid) {
    if (tree.isStranger(pid)) {
      return false;
    }
    var present = ProcFs.stat(pid);
    if (present.isEmpty()) {
      return false;
    }
    var stat = present.get();
    var before = members.get(pid);
    if (before != null && before.isSame(stat)) {
      return false;
    }
    visited.put(pid, stat);
    tree.meet(stat);
    session |= tree.hasSession(List.of());
    if (tree.isKnown(stat)
        || isOfSession(stat)
        || isChildOfMember(stat)
        || tree.belonging().among(List.of(stat)).contains(pid)) {
      add(stat);
      return false;
    }
    if (stat.isDead() || tree.isOlder(stat)) {
      return false;
    }
    var marked = ProcFs.marked(pid);
    if (tree.isMark(marked.mark())) {
      add(stat);
    }
    return marked.hidden();
  }

  private void add(ProcFs.Stat stat) {
    var known = new HashSet<>(members.keySet());
    members.put(stat.pid(), stat);
    // Who was in doubt may have children that were looked at meanwhile.
    spread();
    tell(members.values().stream().filter(member -> !known.contains(member.pid())).toList());
  }

  private void tell(List<ProcFs.Stat> more) {
    var alive = more.stream().filter(stat -> !stat.isDead()).toList();
    if (!alive.isEmpty()) {
      found.members(alive);
    }
  }
}
