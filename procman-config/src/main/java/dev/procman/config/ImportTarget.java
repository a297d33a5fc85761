package dev.procman.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The words of procman's own files: the only place that knows how they are spelled.
final class ImportTarget {
  /// The least size a log file is rotated at.
  static final long LEAST_FILE = 1024;

  /// In place of no limit.
  private static final String UNLIMITED = "1TiB";

  private static final String EVER = "8760h";

  private ImportTarget() {}

  /// A variable that the environment must have when the file is loaded.
  ///
  /// @param message what is said when it is not set; empty where it must be one word
  static String requiredVariable(String name, String message) {
    var words = message.replaceAll("[${}]", "").strip();
    return "${" + name + ":?" + words + "}";
  }

  /// What runs a command line.
  ///
  /// @param interpreter its program
  /// @param argument what makes it take the next argument for a script
  record Shell(String interpreter, String argument) {
    private boolean isShell() {
      return argument.equals("-c");
    }
  }

  static void shell(ImportTree process, String interpreter, String script) {
    process.at("shell").put("interpreter", interpreter).put("script", script);
  }

  static void exec(ImportTree process, List<String> argv) {
    process.put("command", List.copyOf(argv));
  }

  static void run(ImportTree process, Shell shell, String line) {
    if (shell.isShell()) {
      shell(process, shell.interpreter(), line);
    } else {
      exec(process, argv(shell, line));
    }
  }

  private static List<String> argv(Shell shell, String line) {
    return shell.argument().isEmpty()
        ? List.of(shell.interpreter(), line)
        : List.of(shell.interpreter(), shell.argument(), line);
  }

  static void workingDir(ImportTree process, String path) {
    process.put("working_dir", path);
  }

  static void environment(ImportTree process, String name, String value) {
    process.at("environment").put(name, value);
  }

  /// @param required whether it must be there
  static void envFile(ImportTree process, String path, boolean required) {
    process.add(
        "env_file", required ? path : new ImportTree().put("path", path).put("required", false));
  }

  static void dependsOn(ImportTree process, String other, String condition) {
    process.at("depends_on").put(other, condition);
  }

  static void dependsOnLine(ImportTree process, String other, String words) {
    process.at("depends_on").at(other).put("log", literalPattern(words));
  }

  private static String literalPattern(String words) {
    return Template.escape(java.util.regex.Pattern.quote(words));
  }

  static void onDemand(ImportTree process) {
    process.put("on_demand", true);
  }

  static void label(ImportTree process, String name, String value) {
    process.at("labels").put(name, value);
  }

  static void successCodes(ImportTree process, Collection<Integer> codes) {
    process.put("success_codes", List.copyOf(codes));
  }

  static void minimumUptime(ImportTree process, int seconds) {
    process.put("minimum_uptime", seconds + "s");
    if (seconds >= 60) {
      startTimeout(process, seconds + 60L);
    }
  }

  static void readyAtOnce(ImportTree process) {
    process.put("ready_after", "0s");
  }

  static void startTimeout(ImportTree process, long seconds) {
    process.put("start_timeout", seconds + "s");
  }

  /// Waits for as long as it takes.
  static void startForEver(ImportTree process) {
    process.put("start_timeout", EVER);
  }

  static void noRestart(ImportTree process) {
    process.put("restart", "never");
  }

  /// @param limit restarts in all; 0 means any number
  static void restartFixed(ImportTree process, boolean always, int seconds, int limit) {
    var restart = process.at("restart");
    restart.put("policy", always ? "always" : "on_failure");
    restart.put("backoff", seconds + "s");
    if (limit > 0) {
      restart.put("limit", limit).put("window", EVER).put("on_limit", "leave");
    } else {
      restart.put("window", "0s");
    }
  }

  /// Without a limit while it comes as far as a good start.
  ///
  /// @param attempts failed starts in a row that are tried again; counts for as long as `uptime` is
  ///   above zero
  /// @param uptime seconds after which a start was a good one
  static void restartLinear(ImportTree process, boolean always, int attempts, int uptime) {
    var restart = process.at("restart");
    restart.put("policy", always ? "always" : "on_failure");
    restart
        .at("backoff")
        .put("kind", "linear")
        .put("first", "1s")
        .put("max", Math.max(1, attempts) + "s");
    restart.put("window", "0s").put("reset_after", uptime + "s");
    if (uptime > 0) {
      restart.put("attempts", attempts);
    }
  }

  /// @param leaderOnly whether only the process itself gets the signal
  static void stopBySignal(ImportTree process, String signal, boolean leaderOnly, String patience) {
    var shutdown = process.at("shutdown").put("signal", signal);
    if (leaderOnly) {
      shutdown.put("parent_only", true);
    }
    shutdown.put("timeout", patience);
  }

  static void stopByCommand(ImportTree process, Shell shell, String line, String patience) {
    process.at("shutdown").put("command", argv(shell, line)).put("timeout", patience);
  }

  static void stopByText(ImportTree process, String text, String patience) {
    process.at("shutdown").add("steps", new ImportTree().put("write", text).put("wait", patience));
  }

  static void user(ImportTree process, String user) {
    process.at("launch").put("user", user);
  }

  static void umask(ImportTree process, String umask) {
    process.at("launch").put("umask", umask);
  }

  static void descriptors(ImportTree process, int most) {
    process.at("launch").at("rlimits").put("nofile", most);
  }

  static void terminal(ImportTree process) {
    process.at("launch").put("terminal", new ImportTree());
  }

  /// A listening socket at a port, which the process finds as its standard input.
  static void socket(ImportTree process, String host, int port, Optional<Integer> backlog) {
    process.at("ports").put("fcgi", port);
    var socket = new ImportTree().put("port", "fcgi").put("host", host);
    backlog.ifPresent(most -> socket.put("backlog", most));
    process.at("launch").add("sockets", socket);
  }

  /// A listening socket in the file system, which the process finds as its standard input.
  static void socket(ImportTree process, String path, Optional<Integer> backlog) {
    var socket = new ImportTree().put("name", "fcgi").put("path", path);
    backlog.ifPresent(most -> socket.put("backlog", most));
    process.at("launch").add("sockets", socket);
  }

  static void retainedLines(ImportTree process, int lines) {
    process.at("output").put("retained_lines", lines);
  }

  static void toLog(ImportTree process) {
    process.at("output").put("log", true);
  }

  static void toEvents(ImportTree process) {
    process.at("output").put("events", true);
  }

  /// A file that output goes to.
  static LogFile logFile(ImportTree process, String path) {
    var file = new ImportTree().put("path", path);
    process.at("output").add("files", file);
    return new LogFile(file);
  }

  /// A file of output.
  record LogFile(ImportTree tree) {
    LogFile rotated(long bytes, int keep) {
      tree.put("max_size", Math.max(LEAST_FILE, bytes)).put("keep", keep);
      return this;
    }

    LogFile neverRotated() {
      tree.put("max_size", UNLIMITED).put("keep", 0);
      return this;
    }

    LogFile only(String stream) {
      tree.put("streams", stream);
      return this;
    }

    void keptFor(int days) {
      tree.put("keep_for", days + "d");
    }

    void compressed() {
      tree.put("compress", true);
    }

    void prefix(String part) {
      tree.add("prefix", part);
    }
  }

  static void readinessProbe(ImportTree process, ImportTree probe) {
    process.put("readiness_probe", probe);
  }

  static void livenessProbe(ImportTree process, ImportTree probe) {
    process.put("liveness_probe", probe);
  }

  static ImportTree logProbe(String words) {
    var probe = new ImportTree();
    probe.at("log").put("pattern", literalPattern(words));
    return probe;
  }

  static ImportTree execProbe(Shell shell, String line) {
    var probe = new ImportTree();
    probe.at("exec").put("command", argv(shell, line));
    return probe;
  }

  /// A request.
  record Http(
      boolean https,
      String host,
      String port,
      String path,
      Map<String, String> headers,
      int status) {}

  static ImportTree httpProbe(Http request) {
    var probe = new ImportTree();
    var http = probe.at("http_get");
    if (request.https()) {
      http.put("scheme", "https");
    }
    http.put("host", request.host())
        .put("port", number(request.port()))
        .put("path", request.path());
    request.headers().forEach((name, value) -> http.at("headers").put(name, value));
    http.put("status_code", request.status()).put("any_owner", true);
    return probe;
  }

  /// A number where it is one: as a text it would be a name.
  private static Object number(String port) {
    return ForeignWords.number(port).<Object>map(number -> number).orElse(port);
  }

  static void timing(
      ImportTree probe, int delay, int period, int timeout, int successes, int failures) {
    probe
        .put("initial_delay", delay + "s")
        .put("period", period + "s")
        .put("timeout", timeout + "s")
        .put("success_threshold", successes)
        .put("failure_threshold", failures);
  }

  /// A watch on files.
  record Watch(
      List<String> roots,
      List<String> includes,
      List<String> excludes,
      boolean noise,
      boolean dependents,
      Optional<String> debounce) {}

  static void watch(ImportTree process, Watch watch) {
    var tree = process.at("watch");
    tree.put("paths", new ArrayList<>(watch.roots()));
    if (!watch.includes().isEmpty()) {
      tree.put("include", watch.includes());
    }
    if (!watch.excludes().isEmpty()) {
      tree.put("exclude", watch.excludes());
    }
    if (watch.noise()) {
      tree.put("noise", true);
    }
    if (watch.dependents()) {
      tree.put("on_change", "restart_dependents");
    }
    watch.debounce().ifPresent(quiet -> tree.put("debounce", quiet));
  }
}
