package dev.procman.linux;

import dev.procman.proc.ProcFs;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds whose tree has a socket open. A process belongs where its parent belongs, where a control
/// group says, and where it was seen to belong before. Used by one thread at a time.
final class SocketOwners {
  private static final String PREFIX = "socket:[";

  private Map<ProcFs.Stat, LinuxProcess> members = Map.of();

  /// Looks for sockets among the descriptors of all members of trees.
  ///
  /// @param inodes of the sockets
  /// @return the owners by inode; those of nobody are missing
  Map<Long, LinuxProcess> find(Set<Long> inodes, Collection<LinuxProcess> trees) {
    members = members(ProcFs.all(), trees);
    var left = new HashSet<>(inodes);
    var found = new HashMap<Long, LinuxProcess>();
    for (var member : members.entrySet()) {
      if (left.isEmpty()) {
        break;
      }
      for (long inode : sockets(member.getKey().pid())) {
        if (left.remove(inode)) {
          found.put(inode, member.getValue());
        }
      }
    }
    return found;
  }

  private Map<ProcFs.Stat, LinuxProcess> members(
      List<ProcFs.Stat> all, Collection<LinuxProcess> trees) {
    var owners = new HashMap<Long, LinuxProcess>();
    var ticks = new HashMap<Long, Long>();
    all.forEach(stat -> ticks.put(stat.pid(), stat.startTicks()));
    var alive = new HashSet<>(trees);
    members.forEach((stat, owner) -> {
      Long now = ticks.get(stat.pid());
      if (alive.contains(owner) && now != null && now == stat.startTicks()) {
        owners.put(stat.pid(), owner);
      }
    });
    for (var tree : trees) {
      tree.group().ifPresent(group -> group.pids().forEach(pid -> owners.put(pid, tree)));
      // One that was started by a member of another tree is a tree of its own.
      owners.put(tree.pid(), tree);
    }
    var parents = new HashMap<Long, Long>();
    all.forEach(stat -> parents.put(stat.pid(), stat.parent()));
    var found = new HashMap<ProcFs.Stat, LinuxProcess>();
    for (var stat : all) {
      if (!stat.isDead()) {
        owner(stat.pid(), owners, parents).ifPresent(owner -> found.put(stat, owner));
      }
    }
    return found;
  }

  private static Optional<LinuxProcess> owner(
      long pid, Map<Long, LinuxProcess> owners, Map<Long, Long> parents) {
    Long ancestor = pid;
    // Ids may be given out anew while the look is taken, so that parents seem to form a circle.
    for (int steps = 0; ancestor != null && steps < parents.size(); steps++) {
      var owner = owners.get(ancestor);
      if (owner != null) {
        return Optional.of(owner);
      }
      ancestor = parents.get(ancestor);
    }
    return Optional.empty();
  }

  /// The sockets that a process has open; none when it is gone or another user's.
  private static Set<Long> sockets(long pid) {
    var sockets = new HashSet<Long>();
    try (var descriptors = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
      for (var descriptor : descriptors) {
        try {
          var link = Files.readSymbolicLink(descriptor).toString();
          if (link.startsWith(PREFIX)) {
            sockets.add(Long.parseLong(link.substring(PREFIX.length(), link.length() - 1)));
          }
        } catch (IOException closedMeanwhile) {
          // The next one.
        }
      }
    } catch (IOException | DirectoryIteratorException goneOrNotOurs) {
      return sockets;
    }
    return sockets;
  }
}
