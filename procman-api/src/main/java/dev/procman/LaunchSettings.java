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
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// What the operating system is to do with a process from its first instruction on. All of it but
/// the session needs a launcher that can, such as that of `procman-linux`; a specification that
/// asks another for it is rejected when it is registered. Immutable.
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
    /// One of its own: keys pressed in this JVM's terminal do not reach it, and what it sends to
    /// its process group does not reach this JVM. Default. The portable launcher starts it through
    /// setsid(1), where that is installed; each start then takes one execution more.
    OWN,
    /// This JVM's: Ctrl-C in its terminal reaches both, and so does a `kill 0` of the process.
    /// Signals that this JVM ignores, it ignores too if the portable launcher starts it.
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
    if (terminal.isPresent()) {
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

  /// With a soft limit; the hard one stays as this JVM has it.
  ///
  /// This JVM raises its own soft limit of descriptors to the hard one when it starts, and children
  /// inherit that. `softRlimit(Rlimit.NOFILE, 1024)` gives back what programs that use select(2),
  /// or that close all descriptors there may be, expect; those that need more raise it themselves.
  public LaunchSettings softRlimit(Rlimit limit, long value) {
    return rlimit(limit, new Rlimit.Range(value, Rlimit.UNCHANGED));
  }

  /// With a limit.
  public LaunchSettings rlimit(Rlimit limit, Rlimit.Range range) {
    var more = new EnumMap<Rlimit, Rlimit.Range>(Rlimit.class);
    more.putAll(rlimits);
    more.put(limit, range);
    return with(draft -> draft.rlimits = more);
  }

  /// With a niceness.
  public LaunchSettings nice(int niceness) {
    return with(draft -> draft.nice = OptionalInt.of(niceness));
  }

  /// On these processors only.
  public LaunchSettings cpus(Integer... numbers) {
    return with(draft -> draft.cpus = Set.of(numbers));
  }

  /// With a priority of its disk reads and writes.
  public LaunchSettings ioPriority(IoPriority.Group where, int level) {
    return with(draft -> draft.ioPriority = Optional.of(new IoPriority(where, level)));
  }

  /// With a file mode creation mask.
  public LaunchSettings umask(int mask) {
    return with(draft -> draft.umask = OptionalInt.of(mask));
  }

  /// As another user, with that one's own group and supplementary groups.
  public LaunchSettings user(String nameOrNumber) {
    return with(draft -> draft.user = Optional.of(nameOrNumber));
  }

  /// As another group.
  public LaunchSettings group(String nameOrNumber) {
    return with(draft -> draft.group = Optional.of(nameOrNumber));
  }

  /// In this or its own session.
  public LaunchSettings session(Session whose) {
    return with(draft -> draft.session = whose);
  }

  /// With a terminal as its standard streams.
  public LaunchSettings terminal(TerminalSize size) {
    return with(draft -> draft.terminal = Optional.of(size));
  }

  /// In a control group of its own.
  public LaunchSettings controlGroup(ControlGroup bounds) {
    return with(draft -> draft.controlGroup = Optional.of(bounds));
  }

  /// With a socket to tell its state by, `NOTIFY_SOCKET`.
  public LaunchSettings withNotifications() {
    return with(draft -> draft.notifications = true);
  }

  /// With one more listening socket.
  public LaunchSettings socket(ListenSocket socket) {
    var more = new ArrayList<>(sockets);
    more.add(socket);
    return with(draft -> draft.sockets = more);
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
    return with(draft -> draft.sockets = changed);
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

  private LaunchSettings with(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return draft.settings();
  }

  /// The same parts, to be changed.
  private static final class Draft {
    private Map<Rlimit, Rlimit.Range> rlimits;
    private OptionalInt nice;
    private Set<Integer> cpus;
    private Optional<IoPriority> ioPriority;
    private OptionalInt umask;
    private Optional<String> user;
    private Optional<String> group;
    private Session session;
    private Optional<TerminalSize> terminal;
    private Optional<ControlGroup> controlGroup;
    private boolean notifications;
    private List<ListenSocket> sockets;

    private Draft(LaunchSettings from) {
      rlimits = from.rlimits;
      nice = from.nice;
      cpus = from.cpus;
      ioPriority = from.ioPriority;
      umask = from.umask;
      user = from.user;
      group = from.group;
      session = from.session;
      terminal = from.terminal;
      controlGroup = from.controlGroup;
      notifications = from.notifications;
      sockets = from.sockets;
    }

    private LaunchSettings settings() {
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
          sockets);
    }
  }
}
