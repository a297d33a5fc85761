package dev.procman.config;

import static dev.procman.config.Defaults.unless;

import dev.procman.HealthStatus;
import dev.procman.StdStream;
import dev.procman.config.CheckConfig.Weighted;
import dev.procman.health.ResourceCheck;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What a probe can ask.
final class CheckKeys {
  private static final String LOCAL = "127.0.0.1";
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  // HTTP

  private static final Key<String> HTTP_PATH =
      Key.of(
          "path",
          new ScalarRule<>(
              "a path that begins with /",
              true,
              (text, _) -> {
                if (!text.startsWith("/")) {
                  throw new Unfit(
                      "'" + Problems.cut(text) + "' does not begin with /",
                      "a path that begins with /",
                      text.contains("://") ? "" : "/" + text);
                }
                return Scalars.withoutNul(text);
              },
              text -> text,
              Map.of("type", "string", "pattern", "^/[^\\x00]*$")),
          "path and query; default `/`");
  private static final Key<String> PORT =
      Key.of("port", Scalars.PORT, "name or number of the port; default the process's only port");
  private static final Key<String> HOST =
      Key.of(
          "host",
          Scalars.matching(Pattern.compile("[^ \\t-\\r/\\x00]+"), "name of a host, or an address"),
          "default `127.0.0.1`");
  private static final Key<Boolean> SCHEME =
      Key.of("scheme", Scalars.word(Ordered.pairs("http", false, "https", true)), "default `http`");
  private static final Key<Boolean> INSECURE =
      Key.of("insecure", Scalars.BOOLEAN, "whether any certificate will do; default `false`");
  private static final Key<String> METHOD =
      Key.of(
          "method",
          Scalars.matching(TOKEN, "name of an HTTP method, such as HEAD"),
          "default `GET`");
  private static final Key<Map<String, String>> HEADERS =
      Key.of(
              "headers",
              new MapRule<>(TOKEN, "name of a header, letters, digits and -", Scalars.TEXT),
              "headers to send")
          .notQuoted();
  private static final Key<List<Integer>> STATUS =
      Key.of(
              "status_code",
              ShortRule.of(
                  ListRule.some(Scalars.integer(100, 599)),
                  Scalars.integer(100, 599),
                  Expand::alone),
              "codes that pass; default 200 to 299")
          .calledElsewhere("status", "statuses");
  private static final Key<String> BODY =
      Key.of("body", Scalars.REGEX, "a regular expression to be found in the body");
  private static final Key<Boolean> ANYWHERE =
      Key.of(
          "follow_anywhere",
          Scalars.BOOLEAN,
          "whether redirects may lead to other places; default `false`");
  private static final Key<Boolean> ANY_OWNER =
      Key.of(
          "any_owner",
          Scalars.BOOLEAN,
          "whether somebody else's process may listen there; default `false`");

  private static final ObjectRule<CheckConfig.Http> HTTP =
      ObjectRule.<CheckConfig.Http>of("http_get")
          .key(HTTP_PATH, it -> unless(it.path(), "/"))
          .key(PORT, CheckConfig.Http::port)
          .key(HOST, it -> unless(it.host(), LOCAL))
          .key(SCHEME, it -> unless(it.https(), false))
          .key(INSECURE, it -> unless(it.insecure(), false))
          .key(METHOD, it -> unless(it.method(), "GET"))
          .key(HEADERS, it -> unless(it.headers(), Map.of()))
          .key(STATUS, it -> unless(List.copyOf(it.statuses()), List.of()))
          .key(BODY, CheckConfig.Http::body)
          .key(ANYWHERE, it -> unless(it.followAnywhere(), false))
          .key(ANY_OWNER, it -> unless(it.anyOwner(), false))
          .make(it ->
              checked(
                  new CheckConfig.Http(
                      it.or(HTTP_PATH, "/"),
                      it.find(PORT),
                      it.or(HOST, LOCAL),
                      it.or(SCHEME, false),
                      it.or(INSECURE, false),
                      it.or(METHOD, "GET"),
                      it.or(HEADERS, Map.of()),
                      Ordered.set(it.or(STATUS, List.of())),
                      it.find(BODY),
                      it.or(ANYWHERE, false),
                      it.or(ANY_OWNER, false))));

  // TCP

  private static final Key<Duration> SETTLE =
      Key.of("settle", Scalars.SPAN, "how long a new connection must stay open; default `10ms`");
  private static final Key<String> SEND =
      Key.of("send", Scalars.TEXT, "text to send after connecting").notQuoted();
  private static final Key<String> EXPECT =
      Key.of("expect", Scalars.REGEX, "a regular expression to be found in the answer");

  private static final Rule<CheckConfig.Tcp> TCP =
      ShortRule.of(
              ObjectRule.<CheckConfig.Tcp>of("tcp")
                  .key(PORT, CheckConfig.Tcp::port)
                  .key(HOST, it -> unless(it.host(), LOCAL))
                  .key(SETTLE, it -> unless(it.settle(), Duration.ofMillis(10)))
                  .key(SEND, CheckConfig.Tcp::send)
                  .key(EXPECT, CheckConfig.Tcp::expect)
                  .key(ANY_OWNER, it -> unless(it.anyOwner(), false))
                  .make(it ->
                      checked(
                          new CheckConfig.Tcp(
                              it.find(PORT),
                              it.or(HOST, LOCAL),
                              it.or(SETTLE, Duration.ofMillis(10)),
                              it.find(SEND),
                              it.find(EXPECT),
                              it.or(ANY_OWNER, false)))),
              Scalars.PORT,
              Expand.under("port"))
          .writtenAs("port");

  // Command

  private static final Key<Map<Integer, HealthStatus>> CODES =
      Key.of(
          "codes",
          new MapRule<>(
                  Pattern.compile("25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9]"),
                  "exit code, 0 to 255",
                  Scalars.word(HealthStatus.class))
              .map(CheckKeys::numbered, CheckKeys::named),
          "what exit codes mean; default `0: healthy`");
  private static final Key<HealthStatus> OTHERS =
      Key.of(
          "other_codes",
          Scalars.word(HealthStatus.class),
          "what all other exit codes, and ends by a signal, mean; default `failed`");

  private static final ObjectRule<CheckConfig.Exec> EXEC =
      ObjectRule.<CheckConfig.Exec>of("exec")
          .key(CommandKeys.COMMAND, it -> CommandKeys.argv(it.command()))
          .key(CommandKeys.SCRIPTS, it -> CommandKeys.script(it.command()))
          .key(CODES, it -> unless(it.codes(), Map.of(0, HealthStatus.HEALTHY)))
          .key(OTHERS, it -> unless(it.others(), HealthStatus.FAILED))
          .exactlyOne(CommandKeys.COMMAND, CommandKeys.SCRIPTS)
          .make(it ->
              checked(
                  new CheckConfig.Exec(
                      CommandKeys.of(it),
                      it.or(CODES, Map.of(0, HealthStatus.HEALTHY)),
                      it.or(OTHERS, HealthStatus.FAILED))));

  // Output

  private static final Set<StdStream> BOTH =
      Ordered.set(List.of(StdStream.STDOUT, StdStream.STDERR));
  private static final Key<String> PATTERN =
      Key.of("pattern", Scalars.REGEX, "a regular expression to be found in a line").must();
  private static final Key<Set<StdStream>> STREAM =
      Key.of(
          "stream",
          Scalars.word(
              Ordered.pairs(
                  "both",
                  BOTH,
                  "stdout",
                  Set.of(StdStream.STDOUT),
                  "stderr",
                  Set.of(StdStream.STDERR))),
          "`stdout`, `stderr` or `both`; default `both`");
  private static final Key<Integer> OCCURRENCES =
      Key.of(
          "occurrences",
          Scalars.integer(1, Integer.MAX_VALUE),
          "how many lines must match; default 1");
  private static final Key<String> FORBIDDEN =
      Key.of(
          "forbidden",
          Scalars.REGEX,
          "a regular expression; found in a line, the check fails for good");

  private static final Rule<CheckConfig.Log> LOG =
      ShortRule.of(
              ObjectRule.<CheckConfig.Log>of("log")
                  .key(PATTERN, it -> Optional.of(it.pattern()))
                  .key(STREAM, it -> unless(it.streams(), BOTH))
                  .key(OCCURRENCES, it -> unless(it.occurrences(), 1))
                  .key(FORBIDDEN, CheckConfig.Log::forbidden)
                  .make(it ->
                      new CheckConfig.Log(
                          it.get(PATTERN),
                          it.or(STREAM, BOTH),
                          it.or(OCCURRENCES, 1),
                          it.find(FORBIDDEN))),
              Scalars.REGEX,
              Expand.under("pattern"))
          .writtenAs("pattern");

  // Resources

  private static final ObjectRule<CheckConfig.Resources> RESOURCES =
      ObjectRule.<CheckConfig.Resources>of("resource_check")
          .key(ResourceKeys.LEVELS, it -> Optional.of(it.check().thresholds()))
          .key(ResourceKeys.SUSTAINED, it -> unless(it.check().sustained(), Duration.ZERO))
          .key(ResourceKeys.HYSTERESIS, it -> unless(it.check().hysteresis(), 0.1))
          .make(it ->
              new CheckConfig.Resources(
                  new ResourceCheck(
                      it.get(ResourceKeys.LEVELS),
                      it.or(ResourceKeys.SUSTAINED, Duration.ZERO),
                      it.or(ResourceKeys.HYSTERESIS, 0.1))));

  // File, uptime

  private static final Key<String> FILE_PATH =
      Key.of(
              "path",
              Scalars.SOME_TEMPLATE,
              "which file; relative to the process's working directory")
          .must();
  private static final Key<Boolean> SINCE_START =
      Key.of(
          "since_start",
          Scalars.BOOLEAN,
          "whether it must have been written since the start; default `false`");
  private static final Key<Duration> HEARTBEAT =
      Key.of("heartbeat", Scalars.SPAN, "how old its last change may be; default any age");

  private static final Rule<CheckConfig.File> FILE =
      ShortRule.of(
              ObjectRule.<CheckConfig.File>of("file_check")
                  .key(FILE_PATH, it -> Optional.of(it.path()))
                  .key(SINCE_START, it -> unless(it.sinceStart(), false))
                  .key(HEARTBEAT, CheckConfig.File::heartbeat)
                  .make(it ->
                      checked(
                          new CheckConfig.File(
                              it.get(FILE_PATH), it.or(SINCE_START, false), it.find(HEARTBEAT)))),
              Scalars.SOME_TEMPLATE,
              Expand.under("path"))
          .writtenAs("path");

  // Combinations

  /// Any check.
  static final Rule<CheckConfig> CHECK = new LazyRule<>(() -> Holder.CHECK);

  private static final Key<Double> WEIGHT =
      Key.of("weight", Scalars.decimal(0, true, Double.MAX_VALUE), "above 0").must();
  private static final Key<CheckConfig> PART_CHECK = Key.of("check", CHECK, "the check").must();
  private static final Key<List<Weighted.Part>> PARTS =
      Key.of(
              "parts",
              ListRule.some(
                  ObjectRule.<Weighted.Part>of("weighted_part")
                      .key(WEIGHT, it -> Optional.of(it.weight()))
                      .key(PART_CHECK, it -> Optional.of(it.check()))
                      .make(it -> new Weighted.Part(it.get(WEIGHT), it.get(PART_CHECK)))),
              "checks and their weights: a list of `{weight, check}`")
          .must();
  private static final Key<Double> HEALTHY = share("healthy", "1");
  private static final Key<Double> WARNING = share("warning", "0.7");
  private static final Key<Double> CRITICAL = share("critical", "0.5");

  private static final ObjectRule<Weighted> WEIGHTED =
      ObjectRule.<Weighted>of("weighted")
          .key(PARTS, it -> Optional.of(it.parts()))
          .key(HEALTHY, it -> unless(it.healthy(), 1.0))
          .key(WARNING, it -> unless(it.warning(), 0.7))
          .key(CRITICAL, it -> unless(it.critical(), 0.5))
          .make(it ->
              checked(
                  new Weighted(
                      it.get(PARTS),
                      it.or(HEALTHY, 1.0),
                      it.or(WARNING, 0.7),
                      it.or(CRITICAL, 0.5))));

  private static Key<Double> share(String name, String usual) {
    return Key.of(
        name,
        Scalars.decimal(0, false, 1),
        "the share of weight from which it is " + name + "; default " + usual);
  }

  static final Key<CheckConfig.Http> HTTP_GET =
      Key.of("http_get", HTTP, "asks an HTTP server").calledElsewhere("http", "httpGet", "url");
  static final Key<CheckConfig.Tcp> TCP_KEY =
      Key.of("tcp", TCP, "connects to a port: its name or number, or keys")
          .calledElsewhere("tcp_socket", "tcpSocket", "port", "socket");
  static final Key<CheckConfig.Exec> EXEC_KEY =
      Key.of("exec", EXEC, "runs a command and judges by its exit code")
          .calledElsewhere("command", "script", "shell", "test");
  static final Key<CheckConfig.Log> LOG_KEY =
      Key.of("log", LOG, "waits for a line of output: a regular expression, or keys")
          .calledElsewhere("output", "ready_log_line", "line");
  static final Key<CheckConfig.Resources> RESOURCES_KEY =
      Key.of("resources", RESOURCES, "compares what is used with levels");
  static final Key<CheckConfig.File> FILE_KEY =
      Key.of("file", FILE, "looks at a file: its path, or keys");
  static final Key<Duration> UPTIME =
      Key.of("uptime", Scalars.DURATION, "passes when the process has been alive for that long");
  static final Key<Boolean> NOTIFIED =
      Key.of(
          "notified",
          Scalars.word(Ordered.pairs("ready", true)),
          "`ready`: passes when the process has told so by sd_notify(3); needs"
              + " `launch.notifications`");
  static final Key<Duration> WATCHDOG =
      Key.of(
          "watchdog",
          Scalars.SPAN,
          "passes while the process tells by sd_notify(3) that it is alive, at least that often;"
              + " needs `launch.notifications`");
  static final Key<List<CheckConfig>> ALL =
      Key.of("all", ListRule.some(CHECK), "as good as the worst of these checks");
  static final Key<List<CheckConfig>> ANY =
      Key.of("any", ListRule.some(CHECK), "as good as the best of these checks");
  static final Key<CheckConfig> NOT = Key.of("not", CHECK, "passes when that check does not");
  static final Key<Weighted> WEIGHTED_KEY =
      Key.of("weighted", WEIGHTED, "adds up the weights of those checks that pass");

  /// All kinds of checks.
  static final Key<?>[] KINDS = {
    HTTP_GET,
    TCP_KEY,
    EXEC_KEY,
    LOG_KEY,
    RESOURCES_KEY,
    FILE_KEY,
    UPTIME,
    NOTIFIED,
    WATCHDOG,
    ALL,
    ANY,
    NOT,
    WEIGHTED_KEY
  };

  /// A check is part of itself, and this class has to be finished before that can be looked up.
  private static final class Holder {
    static final Rule<CheckConfig> CHECK =
        kinds(ObjectRule.<CheckConfig>of("check"), it -> it).exactlyOne(KINDS).make(CheckKeys::of);
  }

  private CheckKeys() {}

  /// Adds the keys of all kinds of checks to the rule of what has a check.
  static <T> ObjectRule.Builder<T> kinds(
      ObjectRule.Builder<T> rule, java.util.function.Function<T, CheckConfig> check) {
    return rule.key(HTTP_GET, it -> as(check.apply(it), CheckConfig.Http.class))
        .key(TCP_KEY, it -> as(check.apply(it), CheckConfig.Tcp.class))
        .key(EXEC_KEY, it -> as(check.apply(it), CheckConfig.Exec.class))
        .key(LOG_KEY, it -> as(check.apply(it), CheckConfig.Log.class))
        .key(RESOURCES_KEY, it -> as(check.apply(it), CheckConfig.Resources.class))
        .key(FILE_KEY, it -> as(check.apply(it), CheckConfig.File.class))
        .key(
            UPTIME,
            it -> as(check.apply(it), CheckConfig.Uptime.class).map(CheckConfig.Uptime::minimum))
        .key(NOTIFIED, it -> as(check.apply(it), CheckConfig.Notified.class).map(_ -> true))
        .key(
            WATCHDOG,
            it -> as(check.apply(it), CheckConfig.Watchdog.class).map(CheckConfig.Watchdog::within))
        .key(ALL, it -> as(check.apply(it), CheckConfig.All.class).map(CheckConfig.All::checks))
        .key(ANY, it -> as(check.apply(it), CheckConfig.Any.class).map(CheckConfig.Any::checks))
        .key(NOT, it -> as(check.apply(it), CheckConfig.Not.class).map(CheckConfig.Not::check))
        .key(WEIGHTED_KEY, it -> as(check.apply(it), Weighted.class));
  }

  private static <C extends CheckConfig> Optional<C> as(CheckConfig check, Class<C> type) {
    return type.isInstance(check) ? Optional.of(type.cast(check)) : Optional.empty();
  }

  /// The check that is there; one is.
  static CheckConfig of(Values it) {
    return it.find(HTTP_GET)
        .<CheckConfig>map(each -> each)
        .or(() -> it.find(TCP_KEY))
        .or(() -> it.find(EXEC_KEY))
        .or(() -> it.find(LOG_KEY))
        .or(() -> it.find(RESOURCES_KEY))
        .or(() -> it.find(FILE_KEY))
        .or(() -> it.find(UPTIME).map(CheckConfig.Uptime::new))
        .or(() -> it.find(NOTIFIED).map(_ -> new CheckConfig.Notified()))
        .or(() -> it.find(WATCHDOG).map(CheckConfig.Watchdog::new))
        .or(() -> it.find(ALL).map(CheckConfig.All::new))
        .or(() -> it.find(ANY).map(CheckConfig.Any::new))
        .or(() -> it.find(NOT).map(CheckConfig.Not::new))
        .or(() -> it.find(WEIGHTED_KEY))
        .orElseThrow();
  }

  /// What the check itself says of its parts is to be told at the place they are written.
  private static <C extends CheckConfig> C checked(C check) {
    var _ = check.toCheck();
    return check;
  }

  private static Map<Integer, HealthStatus> numbered(Map<String, HealthStatus> named) {
    var numbered = new TreeMap<Integer, HealthStatus>();
    named.forEach((code, status) -> numbered.put(Integer.valueOf(code), status));
    return numbered;
  }

  private static Map<String, HealthStatus> named(Map<Integer, HealthStatus> numbered) {
    var named = new LinkedHashMap<String, HealthStatus>();
    numbered.forEach((code, status) -> named.put(code.toString(), status));
    return named;
  }
}
