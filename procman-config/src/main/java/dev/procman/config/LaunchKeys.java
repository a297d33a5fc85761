package dev.procman.config;

import static dev.procman.config.Defaults.unless;

import dev.procman.ControlGroup;
import dev.procman.IoPriority;
import dev.procman.LaunchSettings;
import dev.procman.LaunchSettings.Session;
import dev.procman.ListenSocket;
import dev.procman.Rlimit;
import dev.procman.TerminalSize;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// What the operating system is to do with a process; needs a launcher that can.
final class LaunchKeys {
  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");
  private static final String UNLIMITED = "unlimited";
  private static final long MOST = 999_999_999_999_999_999L;
  private static final String AMOUNT_WORDS = "a whole number from 0, or `unlimited`";
  private static final String MASK_WORDS = "three octal digits in quotes, such as \"027\"";
  private static final Pattern OCTAL = Pattern.compile("0?[0-7]{3}");
  private static final Pattern SOCKET_NAME = Pattern.compile("[^: \\t-\\r\\x00]{1,255}");

  // Limits

  private static final Rule<Long> AMOUNT =
      new ScalarRule<>(
          AMOUNT_WORDS,
          false,
          (text, scalar) -> limit(Scalars.digits(scalar, text)),
          value -> value == Rlimit.UNLIMITED ? UNLIMITED : value,
          Map.of(
              "anyOf",
              List.of(
                  Ordered.pairs("type", "integer", "minimum", 0, "maximum", MOST),
                  Ordered.pairs("type", "string", "pattern", "^" + UNLIMITED + "$"))));
  private static final Key<Long> SOFT = Key.of("soft", AMOUNT, "what counts").must();
  private static final Key<Long> HARD =
      Key.of("hard", AMOUNT, "how far the process itself may raise it; default as the host has it");
  private static final Rule<Rlimit.Range> RANGE =
      ShortRule.of(
          ObjectRule.<Rlimit.Range>of("rlimit")
              .key(SOFT, it -> Optional.of(it.soft()))
              .key(HARD, it -> Optional.of(it.hard()).filter(hard -> hard != Rlimit.UNCHANGED))
              .make(it -> new Rlimit.Range(it.get(SOFT), it.or(HARD, Rlimit.UNCHANGED))),
          AMOUNT,
          Expand.both("soft", "hard"));
  private static final ObjectRule<Map<Rlimit, Rlimit.Range>> RLIMITS = rlimits();
  private static final Key<Map<Rlimit, Rlimit.Range>> RLIMITS_KEY =
      Key.of(
              "rlimits",
              RLIMITS,
              "the kernel's limits of each process (getrlimit(2)): a number, `unlimited`, or"
                  + " `{soft, hard}`, of which `hard` may be left out")
          .calledElsewhere("ulimits");

  // Priorities

  private static final Key<Integer> NICE =
      Key.of("nice", Scalars.integer(-20, 19), "niceness; default this host's");
  private static final Key<List<Integer>> CPUS =
      Key.of(
              "cpus",
              ListRule.some(Scalars.integer(0, 8191)),
              "numbers of the processors it may run on; default all")
          .calledElsewhere("cpuset");
  private static final Key<IoPriority.Group> IO_GROUP =
      Key.of("class", Scalars.word(IoPriority.Group.class), "`realtime`, `best_effort` or `idle`")
          .must();
  private static final Key<Integer> IO_LEVEL =
      Key.of("level", Scalars.integer(0, 7), "0 first to 7 last; default 4");
  private static final Key<IoPriority> IO_PRIORITY =
      Key.of(
          "io_priority",
          ObjectRule.<IoPriority>of("io_priority")
              .key(IO_GROUP, it -> Optional.of(it.group()))
              .key(IO_LEVEL, it -> unless(it.level(), 4))
              .make(it -> new IoPriority(it.get(IO_GROUP), it.or(IO_LEVEL, 4))),
          "when its disk reads and writes have their turn: `{class, level}`");

  // Who

  private static final Key<Integer> UMASK =
      Key.of(
          "umask",
          permissions("mask", MASK_WORDS),
          "permissions that new files do not get, octal, such as `\"027\"`");
  private static final Key<String> USER =
      Key.of("user", Scalars.SOME_TEXT, "the user it runs as, by name or number");
  private static final Key<String> GROUP =
      Key.of("group", Scalars.SOME_TEXT, "the group it runs as; default the user's own");

  // Terminal

  private static final Key<Session> SESSION =
      Key.of(
          "session",
          Scalars.word(Ordered.pairs("own", Session.OWN, "inherited", Session.INHERITED)),
          "`own`, or `inherited` so that Ctrl-C in the host's terminal reaches it; default `own`");
  private static final Key<Integer> ROWS = Key.of("rows", Scalars.integer(1, 65535), "default 24");
  private static final Key<Integer> COLUMNS =
      Key.of("columns", Scalars.integer(1, 65535), "default 80");
  private static final Key<TerminalSize> TERMINAL =
      Key.of(
              "terminal",
              ObjectRule.<TerminalSize>of("terminal")
                  .key(ROWS, it -> unless(it.rows(), 24))
                  .key(COLUMNS, it -> unless(it.columns(), 80))
                  .make(it -> new TerminalSize(it.or(ROWS, 24), it.or(COLUMNS, 80))),
              "its standard streams are a terminal of that size: `{rows, columns}`, `{}` for 24 by"
                  + " 80")
          .calledElsewhere("tty", "is_tty");

  // Control group

  private static final Key<Long> MEMORY_MAX =
      Key.of("memory_max", Scalars.size(1), "bytes beyond which the kernel ends a member");
  private static final Key<Long> MEMORY_HIGH =
      Key.of("memory_high", Scalars.size(1), "bytes beyond which its members are slowed down");
  private static final Key<Double> CPU_MAX =
      Key.of("cpu_max", Scalars.decimal(0.01, false, 10_000), "cores it may use on average");
  private static final Key<Integer> PIDS_MAX =
      Key.of("pids_max", Scalars.integer(1, Integer.MAX_VALUE), "processes and threads");
  static final ObjectRule<ControlGroup> BOUNDS =
      ObjectRule.<ControlGroup>of("control_group")
          .key(MEMORY_MAX, it -> boxed(it.memoryMax()))
          .key(MEMORY_HIGH, it -> boxed(it.memoryHigh()))
          .key(CPU_MAX, it -> boxed(it.cpuMax()))
          .key(PIDS_MAX, it -> boxed(it.pidsMax()).map(Long::intValue))
          .make(it ->
              new ControlGroup(
                  number(it.find(MEMORY_MAX)),
                  number(it.find(MEMORY_HIGH)),
                  it.find(CPU_MAX).map(OptionalDouble::of).orElseGet(OptionalDouble::empty),
                  number(it.find(PIDS_MAX).map(Integer::longValue))));
  private static final Key<ControlGroup> CONTROL_GROUP =
      Key.of(
              "control_group",
              BOUNDS,
              "bounds that the kernel keeps for its whole tree (cgroup v2); `{}` for none")
          .calledElsewhere("cgroup", "cgroups");

  // Talking

  private static final Key<Boolean> NOTIFICATIONS =
      Key.of(
              "notifications",
              Scalars.BOOLEAN,
              "whether it may tell its state by sd_notify(3); default `false`")
          .calledElsewhere("notify", "sd_notify");
  private static final Key<String> SOCKET =
      Key.of(
          "name",
          Scalars.matching(SOCKET_NAME, "name of 1 to 255 characters without colon and blank"),
          "its name in LISTEN_FDNAMES; default the port's");
  private static final Key<String> PORT =
      Key.of(
          "port",
          Scalars.named(ProcessKeys.PORT_NAME, "name of a port of the process"),
          "the port it listens at, for TCP");
  private static final Key<String> HOST =
      Key.of(
          "host",
          Scalars.matching(Pattern.compile("[^ \\t-\\r/\\x00]+"), "an address"),
          "the address it listens at, for TCP; default `127.0.0.1`");
  private static final Key<String> PATH =
      Key.of("path", Scalars.SOME_TEMPLATE, "where it listens, in the file system");
  private static final Key<Integer> BACKLOG =
      Key.of(
          "backlog",
          Scalars.integer(1, 65535),
          "how many connections may wait to be accepted; default 128");
  static final Rule<ListenSocket> LISTEN =
      ShortRule.of(
          ObjectRule.<ListenSocket>of("listen_socket")
              .key(
                  SOCKET,
                  it ->
                      it instanceof ListenSocket.Tcp tcp
                          ? unless(tcp.name(), tcp.port())
                          : Optional.of(it.name()))
              .key(PORT, it -> tcp(it).map(ListenSocket.Tcp::port))
              .key(HOST, it -> tcp(it).flatMap(tcp -> unless(tcp.host(), "127.0.0.1")))
              .key(
                  PATH,
                  it ->
                      it instanceof ListenSocket.Unix unix
                          ? Optional.of(unix.path())
                          : Optional.empty())
              .key(BACKLOG, it -> unless(it.backlog(), 128))
              .exactlyOne(PORT, PATH)
              .make(LaunchKeys::socket),
          PORT.rule(),
          Expand.under("port"));
  private static final Key<List<ListenSocket>> SOCKETS =
      Key.of(
          "sockets",
          ListRule.of(LISTEN),
          "listening sockets it is given (socket activation): names of ports, or `{name, port, host,"
              + " backlog}` or `{name, path, backlog}`");

  static final ObjectRule<LaunchSettings> LAUNCH =
      ObjectRule.<LaunchSettings>of("launch")
          .key(RLIMITS_KEY, it -> unless(it.rlimits(), Map.of()))
          .key(NICE, it -> boxed(it.nice()))
          .key(CPUS, it -> unless(List.copyOf(new TreeSet<>(it.cpus())), List.of()))
          .key(IO_PRIORITY, LaunchSettings::ioPriority)
          .key(UMASK, it -> boxed(it.umask()))
          .key(USER, LaunchSettings::user)
          .key(GROUP, LaunchSettings::group)
          .key(SESSION, it -> unless(it.session(), Session.OWN))
          .key(TERMINAL, LaunchSettings::terminal)
          .key(CONTROL_GROUP, LaunchSettings::controlGroup)
          .key(NOTIFICATIONS, it -> unless(it.notifications(), false))
          .key(SOCKETS, it -> unless(it.sockets(), List.of()))
          .make(it ->
              new LaunchSettings(
                  it.or(RLIMITS_KEY, Map.of()),
                  number32(it.find(NICE)),
                  Set.copyOf(it.or(CPUS, List.of())),
                  it.find(IO_PRIORITY),
                  number32(it.find(UMASK)),
                  it.find(USER),
                  it.find(GROUP),
                  it.or(SESSION, Session.OWN),
                  it.find(TERMINAL),
                  it.find(CONTROL_GROUP),
                  it.or(NOTIFICATIONS, false),
                  it.or(SOCKETS, List.of())));

  private LaunchKeys() {}

  private static ObjectRule<Map<Rlimit, Rlimit.Range>> rlimits() {
    var rule = ObjectRule.<Map<Rlimit, Rlimit.Range>>of("rlimits");
    var keys = new LinkedHashMap<Rlimit, Key<Rlimit.Range>>();
    for (var limit : Rlimit.values()) {
      var name = limit.name().toLowerCase(Locale.ROOT);
      keys.put(limit, Key.of(name, RANGE, "RLIMIT_" + limit.name()));
    }
    keys.entrySet().stream()
        .sorted(Comparator.comparing(entry -> entry.getValue().name()))
        .forEach(
            entry -> rule.key(entry.getValue(), it -> Optional.ofNullable(it.get(entry.getKey()))));
    return rule.make(it -> {
      var limits = new EnumMap<Rlimit, Rlimit.Range>(Rlimit.class);
      keys.forEach((limit, key) -> it.find(key).ifPresent(range -> limits.put(limit, range)));
      return limits;
    });
  }

  private static Optional<ListenSocket.Tcp> tcp(ListenSocket socket) {
    return socket instanceof ListenSocket.Tcp tcp ? Optional.of(tcp) : Optional.empty();
  }

  private static ListenSocket socket(Values it) {
    int backlog = it.or(BACKLOG, 128);
    var path = it.find(PATH);
    if (path.isPresent()) {
      return new ListenSocket.Unix(it.or(SOCKET, "unknown"), path.get(), backlog);
    }
    String port = it.get(PORT);
    return new ListenSocket.Tcp(it.or(SOCKET, port), port, it.or(HOST, "127.0.0.1"), backlog);
  }

  private static long limit(String text) throws Unfit {
    if (text.equals(UNLIMITED)) {
      return Rlimit.UNLIMITED;
    }
    if (!DIGITS.matcher(text).matches()) {
      throw new Unfit("'" + Problems.cut(text) + "' is no limit", AMOUNT_WORDS);
    }
    return Long.parseLong(text);
  }

  /// Text only: a bare `027` is the decimal number 27 to YAML and JSON. Three octal digits.
  ///
  /// @param what they are, for messages
  static ScalarRule<Integer> permissions(String what, String words) {
    return new ScalarRule<>(
        words,
        false,
        (text, scalar) -> {
          if (scalar.kind() != Node.Kind.TEXT || !OCTAL.matcher(text).matches()) {
            throw new Unfit("'" + Problems.cut(text) + "' is no " + what, words);
          }
          return Integer.parseInt(text, 8);
        },
        LaunchKeys::octal,
        Ordered.pairs("type", "string", "pattern", "^" + OCTAL + "$"));
  }

  private static String octal(int mask) {
    return String.format(Locale.ROOT, "0%03o", mask);
  }

  private static OptionalInt number32(Optional<Integer> value) {
    return value.map(OptionalInt::of).orElseGet(OptionalInt::empty);
  }

  private static OptionalLong number(Optional<Long> value) {
    return value.map(OptionalLong::of).orElseGet(OptionalLong::empty);
  }

  private static Optional<Integer> boxed(OptionalInt value) {
    return value.isPresent() ? Optional.of(value.getAsInt()) : Optional.empty();
  }

  private static Optional<Long> boxed(OptionalLong value) {
    return value.isPresent() ? Optional.of(value.getAsLong()) : Optional.empty();
  }

  private static Optional<Double> boxed(OptionalDouble value) {
    return value.isPresent() ? Optional.of(value.getAsDouble()) : Optional.empty();
  }
}
