package dev.procman;

import dev.procman.spi.ProcessLauncher.Capability;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/// What the operating system is to do with a process from its first instruction on. All of it needs
/// a launcher that can, such as that of `procman-linux`; a specification that asks another for it
/// is rejected when it is registered. Immutable.
///
/// @param rlimits the kernel's limits of each process
/// @param nice its niceness, -20 to 19; below this JVM's it needs a privilege
/// @param cpus the numbers of the processors it may run on; all when empty
/// @param ioPriority when its disk reads and writes have their turn
/// @param umask what permissions the files it makes do not get
/// @param user the user it runs as, by name or number; needs a privilege
/// @param group the group it runs as; the user's own when empty
/// @param session whether it gets a session of its own
/// @param terminal whether its standard streams are a terminal, so that programs print line by line
///   and believe that a person is there; stdout and stderr are one then
/// @param controlGroup bounds kept by a control group of its own
/// @param notifications whether it may tell its state by sd_notify(3)
/// @param sockets listening sockets it is given
public record LaunchSettings(
    Map<Rlimit, Rlimit.Range> rlimits,
    OptionalInt nice,
    Set<Integer> cpus,
    Optional<IoPriority> ioPriority,
    OptionalInt umask,
    Optional<String> user,
    Optional<String> group,
    Session session,
    Optional<TerminalSize> terminal,
    Optional<ControlGroup> controlGroup,
    boolean notifications,
    List<ListenSocket> sockets) {

  /// How many sockets a process can be given.
  public static final int MOST_SOCKETS = 61;

  /// Whose session (setsid(2)) a process is in.
  public enum Session {
    /// One of its own: keys pressed in this JVM's terminal do not reach it.
    OWN,
    /// This JVM's: Ctrl-C in its terminal reaches both.
    INHERITED
  }

  /// Copies and checks the parts.
  ///
  /// @throws InvalidSpecException when one is out of range or does not fit another; the message
  ///   names it
  public LaunchSettings {
    rlimits = rlimits.isEmpty() ? Map.of() : Map.copyOf(new EnumMap<>(rlimits));
    cpus = Set.copyOf(new TreeSet<>(cpus));
    sockets = List.copyOf(sockets);
    require("nice", nice, -20, 19);
    require("umask", umask, 0, 0777);
    for (int cpu : cpus) {
      require("cpus", OptionalInt.of(cpu), 0, 8191);
    }
    requireName("user", user);
    requireName("group", group);
    if (terminal.isPresent() && session == Session.INHERITED) {
      throw new InvalidSpecException(
          "launch.session", session, "leave it OWN: a terminal belongs to one session");
    }
    if (sockets.size() > MOST_SOCKETS) {
      throw new InvalidSpecException(
          "launch.sockets", sockets.size() + " sockets", "use at most " + MOST_SOCKETS);
    }
    if (sockets.stream().map(ListenSocket::name).distinct().count() < sockets.size()) {
      throw new InvalidSpecException("launch.sockets", sockets, "give each a name of its own");
    }
  }

  private static void require(String field, OptionalInt value, int least, int most) {
    if (value.isPresent() && (value.getAsInt() < least || value.getAsInt() > most)) {
      throw new InvalidSpecException(
          "launch." + field, value.getAsInt(), "use " + least + " to " + most);
    }
  }

  private static void requireName(String field, Optional<String> value) {
    value.ifPresent(name -> {
      if (name.isBlank()) {
        throw new InvalidSpecException("launch." + field, name, "name one, or leave it out");
      }
    });
  }

  /// A session of its own, and nothing else.
  public static LaunchSettings ofDefaults() {
    return new LaunchSettings(
        Map.of(),
        OptionalInt.empty(),
        Set.of(),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty(),
        Session.OWN,
        Optional.empty(),
        Optional.empty(),
        false,
        List.of());
  }

  /// What a launcher must be able to do for this.
  public Set<Capability> needed() {
    var needed = EnumSet.noneOf(Capability.class);
    if (!rlimits.isEmpty()) {
      needed.add(Capability.RLIMITS);
    }
    if (nice.isPresent() || !cpus.isEmpty() || ioPriority.isPresent()) {
      needed.add(Capability.SCHEDULING);
    }
    if (umask.isPresent() || user.isPresent() || group.isPresent()) {
      needed.add(Capability.CREDENTIALS);
    }
    if (session == Session.INHERITED || terminal.isPresent()) {
      needed.add(Capability.TERMINAL);
    }
    if (controlGroup.isPresent()) {
      needed.add(Capability.CONTROL_GROUP);
    }
    if (notifications) {
      needed.add(Capability.NOTIFICATIONS);
    }
    if (!sockets.isEmpty()) {
      needed.add(Capability.SOCKETS);
    }
    return needed;
  }

  /// With a limit, soft and hard alike.
  public LaunchSettings rlimit(Rlimit limit, long value) {
    return rlimit(limit, new Rlimit.Range(value, value));
  }

  /// With a limit.
  public LaunchSettings rlimit(Rlimit limit, Rlimit.Range range) {
    var more = new EnumMap<Rlimit, Rlimit.Range>(Rlimit.class);
    more.putAll(rlimits);
    more.put(limit, range);
    return new LaunchSettings(
        more,
        nice,
        cpus,
        ioPriority,
        umask,
        user,
        group,
        session,
        terminal,
        controlGroup,
        notifications,
        sockets);
  }

  /// With a niceness.
  public LaunchSettings nice(int niceness) {
    return new LaunchSettings(
        rlimits,
        OptionalInt.of(niceness),
        cpus,
        ioPriority,
        umask,
        user,
        group,
        session,
        terminal,
        controlGroup,
        notifications,
        sockets);
  }

  /// On these processors only.
  public LaunchSettings cpus(Integer... numbers) {
    return new LaunchSettings(
        rlimits,
        nice,
        Set.of(numbers),
        ioPriority,
        umask,
        user,
        group,
        session,
        terminal,
        controlGroup,
        notifications,
        sockets);
  }

  /// With a priority of its disk reads and writes.
  public LaunchSettings ioPriority(IoPriority.Group where, int level) {
    return new LaunchSettings(
        rlimits,
        nice,
        cpus,
        Optional.of(new IoPriority(where, level)),
        umask,
        user,
        group,
        session,
        terminal,
        controlGroup,
        notifications,
        sockets);
  }

  /// With a file mode creation mask.
  public LaunchSettings umask(int mask) {
    return new LaunchSettings(
        rlimits,
        nice,
        cpus,
        ioPriority,
        OptionalInt.of(mask),
        user,
        group,
        session,
        terminal,
        controlGroup,
        notifications,
        sockets);
  }

  /// As another user, with that one's own group and supplementary groups.
  public LaunchSettings user(String nameOrNumber) {
    return new LaunchSettings(
        rlimits,
        nice,
        cpus,
        ioPriority,
        umask,
        Optional.of(nameOrNumber),
        group,
        session,
        terminal,
        controlGroup,
        notifications,
        sockets);
  }

  /// As another group.
  public LaunchSettings group(String nameOrNumber) {
    return new LaunchSettings(
        rlimits,
        nice,
        cpus,
        ioPriority,
        umask,
        user,
        Optional.of(nameOrNumber),
        session,
        terminal,
        controlGroup,
        notifications,
        sockets);
  }

  /// In this or its own session.
  public LaunchSettings session(Session whose) {
    return new LaunchSettings(
        rlimits,
        nice,
        cpus,
        ioPriority,
        umask,
        user,
        group,
        whose,
        terminal,
        controlGroup,
        notifications,
        sockets);
  }

  /// With a terminal as its standard streams.
  public LaunchSettings terminal(TerminalSize size) {
    return new LaunchSettings(
        rlimits,
        nice,
        cpus,
        ioPriority,
        umask,
        user,
        group,
        session,
        Optional.of(size),
        controlGroup,
        notifications,
        sockets);
  }

  /// In a control group of its own.
  public LaunchSettings controlGroup(ControlGroup bounds) {
    return new LaunchSettings(
        rlimits,
        nice,
        cpus,
        ioPriority,
        umask,
        user,
        group,
        session,
        terminal,
        Optional.of(bounds),
        notifications,
        sockets);
  }

  /// With a socket to tell its state by, `NOTIFY_SOCKET`.
  public LaunchSettings withNotifications() {
    return new LaunchSettings(
        rlimits,
        nice,
        cpus,
        ioPriority,
        umask,
        user,
        group,
        session,
        terminal,
        controlGroup,
        true,
        sockets);
  }

  /// With one more listening socket.
  public LaunchSettings socket(ListenSocket socket) {
    var more = new ArrayList<>(sockets);
    more.add(socket);
    return new LaunchSettings(
        rlimits,
        nice,
        cpus,
        ioPriority,
        umask,
        user,
        group,
        session,
        terminal,
        controlGroup,
        notifications,
        more);
  }

  /// The same with the paths of its sockets put through `change`, such as to fill in templates.
  public LaunchSettings withPaths(UnaryOperator<String> change) {
    var changed = new ArrayList<ListenSocket>();
    for (var socket : sockets) {
      changed.add(
          switch (socket) {
            case ListenSocket.Tcp tcp -> tcp;
            case ListenSocket.Unix unix ->
                new ListenSocket.Unix(unix.name(), change.apply(unix.path()), unix.backlog());
          });
    }
    return new LaunchSettings(
        rlimits,
        nice,
        cpus,
        ioPriority,
        umask,
        user,
        group,
        session,
        terminal,
        controlGroup,
        notifications,
        changed);
  }

  /// What of this holds for commands that are run beside the process, such as a script that checks
  /// its health: who it is and how much it may take, not what it talks through.
  public LaunchSettings forCommandsBeside() {
    return new LaunchSettings(
        rlimits,
        nice,
        cpus,
        ioPriority,
        umask,
        user,
        group,
        Session.OWN,
        Optional.empty(),
        Optional.empty(),
        false,
        List.of());
  }
}
