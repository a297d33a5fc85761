package dev.procman.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.procman.LaunchException.Reason;
import dev.procman.LaunchSettings;
import dev.procman.proc.LaunchErrors;
import dev.procman.spi.LaunchRequest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// Who a child runs as.
///
/// @param user the user's number; this JVM's when empty
/// @param group the group's number; this JVM's when empty
/// @param groups the supplementary groups, if they are to change
/// @param variables what the environment tells of the user: `HOME`, `USER`, `LOGNAME`
record Account(
    OptionalInt user, OptionalInt group, Optional<int[]> groups, Map<String, String> variables) {
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
  private static final int MOST_GROUPS = 65536;
  private static final int TEXTS_SIZE = 64 * 1024;

  // struct passwd and struct group
  private static final long ENTRY_SIZE = 48;
  private static final long ENTRY_NAME = 0;
  private static final long USER_NUMBER = 16;
  private static final long USER_GROUP = 20;
  private static final long USER_HOME = 32;
  private static final long GROUP_NUMBER = 16;

  /// This JVM's own.
  static final Account SAME =
      new Account(OptionalInt.empty(), OptionalInt.empty(), Optional.empty(), Map.of());

  boolean isSame() {
    return user.isEmpty() && group.isEmpty();
  }

  /// Looks up what the settings name, in the system's own databases (nsswitch.conf(5)).
  ///
  /// @throws dev.procman.LaunchException when there is no such user or group
  static Account of(LaunchRequest request) {
    try {
      return of(request.settings());
    } catch (Unknown unknown) {
      throw LaunchErrors.of(Reason.PREPARATION_FAILED, request, unknown.words, null);
    }
  }

  /// Looks up what the settings name; empty when there is no such user or group.
  static Optional<Account> find(LaunchSettings settings) {
    try {
      return Optional.of(of(settings));
    } catch (Unknown unknown) {
      return Optional.empty();
    }
  }

  private static final class Unknown extends Exception {
    private static final long serialVersionUID = 1L;

    final String words;

    Unknown(String words) {
      super(words, null, false, false);
      this.words = words;
    }
  }

  private static Account of(LaunchSettings settings) throws Unknown {
    if (settings.user().isEmpty() && settings.group().isEmpty()) {
      return SAME;
    }
    try (var arena = Arena.ofConfined()) {
      var group =
          settings.group().isPresent()
              ? Optional.of(group(settings.group().get(), arena))
              : Optional.<Integer>empty();
      if (settings.user().isEmpty()) {
        return new Account(
            OptionalInt.empty(), OptionalInt.of(group.orElseThrow()), Optional.empty(), Map.of());
      }
      return user(settings.user().get(), group, arena);
    }
  }

  private static int group(String name, Arena arena) throws Unknown {
    if (NUMBER.matcher(name).matches()) {
      return Integer.parseInt(name);
    }
    var entry = arena.allocate(ENTRY_SIZE, 8);
    var found = arena.allocate(ADDRESS);
    var texts = arena.allocate(TEXTS_SIZE);
    Libc.groupByName(NativeStrings.text(arena, name), entry, texts, found);
    if (found.get(ADDRESS, 0).address() == 0) {
      throw new Unknown("there is no group '" + name + "' here");
    }
    return entry.get(JAVA_INT, GROUP_NUMBER);
  }

  private static Account user(String name, Optional<Integer> group, Arena arena) throws Unknown {
    var entry = arena.allocate(ENTRY_SIZE, 8);
    var found = arena.allocate(ADDRESS);
    var texts = arena.allocate(TEXTS_SIZE);
    boolean number = NUMBER.matcher(name).matches();
    if (number) {
      Libc.userByNumber(Integer.parseInt(name), entry, texts, found);
    } else {
      Libc.userByName(NativeStrings.text(arena, name), entry, texts, found);
    }
    if (found.get(ADDRESS, 0).address() == 0) {
      if (number && group.isPresent()) {
        return new Account(
            OptionalInt.of(Integer.parseInt(name)),
            OptionalInt.of(group.get()),
            Optional.of(new int[0]),
            Map.of());
      }
      throw new Unknown(
          number
              ? "the user " + name + " is not known here; name its group too"
              : "there is no user '" + name + "' here");
    }
    int primary = group.orElse(entry.get(JAVA_INT, USER_GROUP));
    String known = NativeStrings.read(entry.get(ADDRESS, ENTRY_NAME));
    var variables = new HashMap<String, String>();
    variables.put("USER", known);
    variables.put("LOGNAME", known);
    variables.put("HOME", NativeStrings.read(entry.get(ADDRESS, USER_HOME)));
    return new Account(
        OptionalInt.of(entry.get(JAVA_INT, USER_NUMBER)),
        OptionalInt.of(primary),
        Optional.of(groups(entry.get(ADDRESS, ENTRY_NAME), primary, arena)),
        variables);
  }

  private static int[] groups(MemorySegment user, int primary, Arena arena) {
    var groups = arena.allocate(JAVA_INT, MOST_GROUPS);
    var count = arena.allocate(JAVA_INT);
    count.set(JAVA_INT, 0, MOST_GROUPS);
    Libc.groupsOf(user, primary, groups, count);
    int[] found = new int[count.get(JAVA_INT, 0)];
    MemorySegment.copy(groups, JAVA_INT, 0, found, 0, found.length);
    return found;
  }

  /// What keeps it from entering a directory, in words; empty when its permissions do not.
  Optional<String> obstacle(Path directory) {
    var path = directory.toAbsolutePath().getRoot();
    for (var name : directory.toAbsolutePath().normalize()) {
      path = path.resolve(name);
      try {
        if (!mayEnter(number(path, "mode"), number(path, "uid"), number(path, "gid"))) {
          return Optional.of(
              path
                  + " is closed to it ("
                  + PosixFilePermissions.toString(Files.getPosixFilePermissions(path))
                  + ", of "
                  + Files.getOwner(path)
                  + ")");
        }
      } catch (IOException gone) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static int number(Path path, String attribute) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:" + attribute);
  }

  private boolean mayEnter(int mode, int owner, int ownersGroup) {
    int own = user.orElse(0);
    if (own == 0) {
      return true;
    }
    boolean member =
        group.stream().anyMatch(id -> id == ownersGroup)
            || groups.stream().flatMapToInt(Arrays::stream).anyMatch(id -> id == ownersGroup);
    int execute = owner == own ? 0100 : member ? 0010 : 0001;
    return (mode & execute) != 0;
  }

  /// The environment of a child that runs as this one: where it only repeats what this JVM has for
  /// its own user, the child's user takes its place.
  Map<String, String> environment(Map<String, String> asked) {
    if (variables.isEmpty()) {
      return asked;
    }
    var environment = new HashMap<>(asked);
    variables.forEach((name, value) -> {
      String given = asked.get(name);
      if (given == null || given.equals(System.getenv(name))) {
        environment.put(name, value);
      }
    });
    return environment;
  }
}
