package dev.procman.proc;

import dev.procman.proc.PortOwner.Descriptor;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Finds out whose a listening socket is, on Linux: its inode in `/proc/net/tcp`, and the
/// descriptors under `/proc/<pid>/fd` that name it. Elsewhere it cannot be told.
public final class PortOwners {
  private static final Path PROC = Path.of("/proc");
  private static final boolean AVAILABLE =
      System.getProperty("os.name", "").equals("Linux")
          && Files.exists(PROC.resolve("net").resolve("tcp"));

  private PortOwners() {}

  /// Whose the socket is that takes connections to `target` and `port`.
  ///
  /// @param leader the pid of the process, which is looked at first, since mostly it is its own and
  ///   to list a tree costs much more
  /// @param tree lists the pids of the process's tree
  public static PortOwner of(InetAddress target, int port, long leader, Supplier<List<Long>> tree) {
    return of(() -> ListenTable.takers(target, port), Wanted.ALL, leader, tree);
  }

  /// Whose the sockets are that take connections or datagrams at `port`, of whatever address. It is
  /// the process's own when one of them is.
  ///
  /// @param leader as above
  /// @param tree as above
  public static PortOwner of(int port, long leader, Supplier<List<Long>> tree) {
    return of(() -> ListenTable.at(port), Wanted.ONE, leader, tree);
  }

  /// Whether it can be told on this machine.
  public static boolean areKnown() {
    return AVAILABLE;
  }

  private enum Wanted {
    ALL,
    ONE
  }

  private interface Table {
    List<ListenTable.Entry> read() throws IOException;
  }

  private static PortOwner of(Table table, Wanted wanted, long leader, Supplier<List<Long>> tree) {
    if (!AVAILABLE) {
      return new PortOwner.Untold("the owner of a port can be told on Linux only", false);
    }
    try {
      var search = new Search(table.read(), wanted);
      if (search.isOver()) {
        return new PortOwner.Nobody();
      }
      if (leader > 0) {
        search.in(leader);
      }
      if (!search.isOver()) {
        var members = tree.get();
        // The tree of a process that has just ended is empty, too; then it is not the owner.
        if (members.isEmpty() && !isGone(leader)) {
          return new PortOwner.Untold("the launcher cannot list the process's tree", true);
        }
        members.forEach(search::in);
      }
      return search.result();
    } catch (IOException failed) {
      return new PortOwner.Untold("/proc cannot be read: " + failed.getMessage(), false);
    }
  }

  /// Looks for sockets among the descriptors of processes.
  private static final class Search {
    private final Set<String> wanted;
    private final Wanted enough;
    private final List<Descriptor> found = new ArrayList<>();
    private long owner = -1;
    private boolean hidden;

    Search(List<ListenTable.Entry> listening, Wanted enough) {
      this.enough = enough;
      this.wanted =
          listening.stream()
              .map(entry -> "socket:[" + entry.inode() + "]")
              .collect(Collectors.toCollection(HashSet::new));
    }

    boolean isOver() {
      return wanted.isEmpty() || (enough == Wanted.ONE && !found.isEmpty());
    }

    void in(long pid) {
      try {
        for (var descriptor : sockets(pid)) {
          if (wanted.remove(descriptor.socket())) {
            found.add(descriptor);
            owner = owner < 0 ? pid : owner;
          }
        }
      } catch (IOException notOurs) {
        hidden |= !isGone(pid);
      }
    }

    PortOwner result() {
      if (isOver()) {
        return new PortOwner.Own(owner, found);
      }
      return hidden
          ? new PortOwner.Untold(
              "this user may not see the descriptors of the process's tree", true)
          : new PortOwner.Foreign(holders(wanted));
    }
  }

  /// Whether a process has ended; nothing can be read of a zombie's descriptors.
  private static boolean isGone(long pid) {
    if (pid < 0) {
      return false;
    }
    try {
      var stat = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
      char state = stat.charAt(stat.lastIndexOf(')') + 2);
      return state == 'Z' || state == 'X';
    } catch (IOException gone) {
      return true;
    }
  }

  /// The sockets that a process has open; none when it is gone.
  private static List<Descriptor> sockets(long pid) throws IOException {
    var sockets = new ArrayList<Descriptor>();
    try (var descriptors = Files.newDirectoryStream(PROC.resolve(pid + "/fd"))) {
      for (var descriptor : descriptors) {
        try {
          var link = Files.readSymbolicLink(descriptor).toString();
          if (link.startsWith("socket:[")) {
            sockets.add(new Descriptor(descriptor, link));
          }
        } catch (IOException closedMeanwhile) {
          // It takes no connections any more.
        }
      }
    } catch (NoSuchFileException | NotDirectoryException gone) {
      return sockets;
    }
    return sockets;
  }

  private static List<PortOwner.Holder> holders(Set<String> wanted) {
    var holders = new ArrayList<PortOwner.Holder>();
    var names = new File("/proc").list();
    for (String name : names == null ? new String[0] : names) {
      if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
        long pid = Long.parseLong(name);
        try {
          if (sockets(pid).stream().map(Descriptor::socket).anyMatch(wanted::contains)) {
            holders.add(new PortOwner.Holder(pid, nameOf(pid)));
          }
        } catch (IOException notVisible) {
          // Somebody else's; if nobody visible holds the socket, that is what is said.
        }
      }
    }
    return holders;
  }

  private static String nameOf(long pid) {
    try {
      return Files.readString(PROC.resolve(pid + "/comm"), StandardCharsets.UTF_8).strip();
    } catch (IOException gone) {
      return "?";
    }
  }
}
