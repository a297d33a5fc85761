package dev.procman.health;

import dev.procman.spi.HealthCheck;
import java.time.Duration;
import java.util.List;

/// Where health checks come from. Each is an immutable value; its methods return changed copies, so
/// it may be shared by any number of processes. Each is a plain [HealthCheck], which any user could
/// have written.
///
/// There is deliberately no check that asks a Java virtual machine whether it is alive: without
/// flags on its command line or an attach to it, the only thing that can be seen from outside is a
/// counter that its watcher thread keeps running even while all Java threads hang. Use
/// [#http(String)] or [#tcp()] on a port that the application itself serves.
public final class HealthChecks {
  private HealthChecks() {}

  /// Asks an HTTP server: `GET path` on the process's only port, passing on status 200 to 299.
  ///
  /// {@snippet file="HealthSnippetsTest.java" region="http"}
  ///
  /// @param path path and query, beginning with `/`; templates are filled in
  /// @throws dev.procman.InvalidSpecException when it does not begin with `/`
  public static HttpCheck http(String path) {
    return HttpCheck.of(path);
  }

  /// Connects to the process's only port.
  ///
  /// {@snippet file="HealthSnippetsTest.java" region="tcp"}
  public static TcpCheck tcp() {
    return TcpCheck.of();
  }

  /// Passes once the process printed a line in which `regex` is found.
  ///
  /// {@snippet file="HealthSnippetsTest.java" region="output"}
  ///
  /// @throws dev.procman.InvalidSpecException when it is no regular expression
  public static OutputCheck output(String regex) {
    return OutputCheck.of(regex);
  }

  /// Runs a command and judges by its exit code as monitoring plugins mean it: 0 healthy, 1
  /// warning, 2 critical, others failed.
  ///
  /// {@snippet file="HealthSnippetsTest.java" region="script"}
  ///
  /// @param command the program and its arguments; templates are filled in
  /// @throws dev.procman.InvalidSpecException when it is empty
  public static ScriptCheck script(String... command) {
    return ScriptCheck.of(List.of(command));
  }

  /// Compares what the process and its tree use with thresholds.
  ///
  /// {@snippet file="HealthSnippetsTest.java" region="resource"}
  public static ResourceCheck resource() {
    return ResourceCheck.of();
  }

  /// Looks at a file: passes when it exists.
  ///
  /// {@snippet file="HealthSnippetsTest.java" region="file"}
  ///
  /// @param path templates are filled in; relative to the process's working directory
  /// @throws dev.procman.InvalidSpecException when it is blank
  public static FileCheck file(String path) {
    return FileCheck.of(path);
  }

  /// Passes when the process has been alive for a time.
  ///
  /// {@snippet file="HealthSnippetsTest.java" region="process"}
  public static UptimeCheck process() {
    return UptimeCheck.of();
  }

  /// Passes once the process said by sd_notify(3) that it is ready; the launch settings must let
  /// it.
  ///
  /// {@snippet file="HealthSnippetsTest.java" region="notified"}
  public static NotifiedCheck notified() {
    return new NotifiedCheck();
  }

  /// Fails when the process gives no sign of life by sd_notify(3) for a time; the launch settings
  /// must let it.
  ///
  /// {@snippet file="HealthSnippetsTest.java" region="watchdog"}
  ///
  /// @throws dev.procman.InvalidSpecException when the time is shorter than a millisecond
  public static WatchdogCheck watchdog(Duration limit) {
    return new WatchdogCheck(limit);
  }

  /// As good as the worst of them. All are asked at the same time; the first that does not pass
  /// ends it. One that does not answer in time has failed, and the verdict names it.
  ///
  /// {@snippet file="HealthSnippetsTest.java" region="all"}
  ///
  /// @throws dev.procman.InvalidSpecException when there is none
  public static HealthCheck all(HealthCheck... checks) {
    return new AllCheck(Combination.of("all", checks));
  }

  /// As good as the best of them. All are asked at the same time; the first that is healthy ends
  /// it, also while others hang.
  ///
  /// {@snippet file="HealthSnippetsTest.java" region="any"}
  ///
  /// @throws dev.procman.InvalidSpecException when there is none
  public static HealthCheck any(HealthCheck... checks) {
    return new AnyCheck(Combination.of("any", checks));
  }

  /// Passes when `check` does not, and the other way round; what cannot be told stays so.
  ///
  /// {@snippet file="HealthSnippetsTest.java" region="not"}
  public static HealthCheck not(HealthCheck check) {
    return new NotCheck(check);
  }

  /// Adds up the weights of those that pass. All are asked at the same time; one that does not
  /// answer in time does not pass.
  ///
  /// {@snippet file="HealthSnippetsTest.java" region="weighted"}
  public static WeightedCheck weighted() {
    return WeightedCheck.of();
  }
}
