package dev.procman.config;

import dev.procman.Command;
import dev.procman.HealthStatus;
import dev.procman.StdStream;
import dev.procman.health.HealthChecks;
import dev.procman.health.HttpCheck;
import dev.procman.health.TcpCheck;
import dev.procman.health.WeightedCheck;
import dev.procman.spi.HealthCheck;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What a probe asks, as configuration has it: data with `equals`, of which [#toCheck()] makes the
/// check of [HealthChecks] that does it.
public sealed interface CheckConfig {

  /// The check that does it.
  ///
  /// @throws dev.procman.InvalidSpecException when a part makes no sense
  HealthCheck toCheck();

  /// Asks an HTTP server.
  ///
  /// @param path path and query; templates are filled in; default `/`
  /// @param port a port's name or number; empty means the only one that the process names
  /// @param host default 127.0.0.1
  /// @param https whether by TLS; default false
  /// @param insecure whether any certificate will do; default false
  /// @param method default GET
  /// @param headers headers to send
  /// @param statuses codes that pass; empty means 200 to 299
  /// @param body a regular expression to be found in the body
  /// @param followAnywhere whether redirects may lead to other places; default false
  /// @param anyOwner whether anybody may listen on the port; default false
  record Http(
      String path,
      Optional<String> port,
      String host,
      boolean https,
      boolean insecure,
      String method,
      Map<String, String> headers,
      Set<Integer> statuses,
      Optional<String> body,
      boolean followAnywhere,
      boolean anyOwner)
      implements CheckConfig {
    /// Copies the collections.
    public Http {
      headers = Ordered.copy(headers);
      statuses = Ordered.copy(statuses);
    }

    /// `GET path` on the process's only port.
    public static Http of(String path) {
      return new Http(
          path,
          Optional.empty(),
          "127.0.0.1",
          false,
          false,
          "GET",
          Map.of(),
          Set.of(),
          Optional.empty(),
          false,
          false);
    }

    /// With another port, by name or number.
    public Http port(String port) {
      return new Http(
          path,
          Optional.of(port),
          host,
          https,
          insecure,
          method,
          headers,
          statuses,
          body,
          followAnywhere,
          anyOwner);
    }

    @Override
    public HealthCheck toCheck() {
      HttpCheck check = HealthChecks.http(path).host(host).method(method);
      if (port.isPresent()) {
        check = isNumber(port.get()) ? check.port(number(port.get())) : check.port(port.get());
      }
      if (https) {
        check = insecure ? check.httpsInsecure() : check.https();
      }
      for (var header : headers.entrySet()) {
        check = check.header(header.getKey(), header.getValue());
      }
      if (!statuses.isEmpty()) {
        check = check.status(statuses.toArray(Integer[]::new));
      }
      if (body.isPresent()) {
        check = check.body(body.get());
      }
      check = followAnywhere ? check.followAnywhere() : check;
      return anyOwner ? check.anyOwner() : check;
    }

    /// Names of the headers, but not their values, which may be passwords.
    @Override
    public String toString() {
      return "Http[%s %s://%s:%s%s, headers %s]"
          .formatted(
              method,
              https ? "https" : "http",
              host,
              port.orElse("(only port)"),
              path,
              new TreeSet<>(headers.keySet()));
    }
  }

  /// Connects to a port.
  ///
  /// @param port a port's name or number; empty means the only one that the process names
  /// @param host default 127.0.0.1
  /// @param settle how long a new connection must stay open; default 10 ms
  /// @param send text to send after connecting
  /// @param expect a regular expression to be found in the answer
  /// @param anyOwner whether anybody may listen on the port; default false
  record Tcp(
      Optional<String> port,
      String host,
      Duration settle,
      Optional<String> send,
      Optional<String> expect,
      boolean anyOwner)
      implements CheckConfig {

    /// A connection to the process's only port.
    public static Tcp of() {
      return new Tcp(
          Optional.empty(),
          "127.0.0.1",
          Duration.ofMillis(10),
          Optional.empty(),
          Optional.empty(),
          false);
    }

    /// With another port, by name or number.
    public Tcp port(String port) {
      return new Tcp(Optional.of(port), host, settle, send, expect, anyOwner);
    }

    @Override
    public HealthCheck toCheck() {
      TcpCheck check = HealthChecks.tcp().host(host).settle(settle);
      if (port.isPresent()) {
        check = isNumber(port.get()) ? check.port(number(port.get())) : check.port(port.get());
      }
      if (send.isPresent()) {
        check = check.send(send.get());
      }
      if (expect.isPresent()) {
        check = check.expect(expect.get());
      }
      return anyOwner ? check.anyOwner() : check;
    }
  }

  /// Runs a command and judges by its exit code. Unlike [HealthChecks#script] by default: 0 is
  /// healthy and all others have failed, as files of this kind mean it elsewhere.
  ///
  /// @param command what to run
  /// @param codes what exit codes mean; default 0 healthy
  /// @param others what all others mean; default failed
  record Exec(Command command, Map<Integer, HealthStatus> codes, HealthStatus others)
      implements CheckConfig {
    /// Copies the codes.
    public Exec {
      codes = java.util.Collections.unmodifiableMap(new TreeMap<>(codes));
    }

    /// A command whose exit code 0 passes.
    public static Exec of(Command command) {
      return new Exec(command, Map.of(0, HealthStatus.HEALTHY), HealthStatus.FAILED);
    }

    @Override
    public HealthCheck toCheck() {
      return new dev.procman.health.ScriptCheck(command.argv(), codes, others);
    }
  }

  /// Waits for a line of output.
  ///
  /// @param pattern a regular expression to be found in a line
  /// @param streams where; default both
  /// @param occurrences how many lines must match; default 1
  /// @param forbidden a regular expression; found in a line, the check fails for good
  record Log(String pattern, Set<StdStream> streams, int occurrences, Optional<String> forbidden)
      implements CheckConfig {
    /// Copies the set.
    public Log {
      streams = Ordered.copy(streams);
    }

    /// One line that matches, on either stream.
    public static Log of(String pattern) {
      var both = new LinkedHashSet<>(List.of(StdStream.STDOUT, StdStream.STDERR));
      return new Log(pattern, both, 1, Optional.empty());
    }

    @Override
    public HealthCheck toCheck() {
      var check = HealthChecks.output(pattern).times(occurrences);
      if (forbidden.isPresent()) {
        check = check.forbidding(forbidden.get());
      }
      return new dev.procman.health.OutputCheck(
          check.pattern(), streams, check.occurrences(), check.forbidden());
    }
  }

  /// Compares what is used with thresholds.
  ///
  /// @param check the thresholds
  record Resources(dev.procman.health.ResourceCheck check) implements CheckConfig {
    @Override
    public HealthCheck toCheck() {
      return check;
    }
  }

  /// Looks at a file.
  ///
  /// @param path templates are filled in; relative to the process's working directory
  /// @param sinceStart whether it must have been written since the start; default false
  /// @param heartbeat how old its last change may be; empty means any age
  record File(String path, boolean sinceStart, Optional<Duration> heartbeat)
      implements CheckConfig {
    @Override
    public HealthCheck toCheck() {
      return new dev.procman.health.FileCheck(path, sinceStart, heartbeat);
    }
  }

  /// Passes when the process has told that it is ready, by sd_notify(3).
  record Notified() implements CheckConfig {
    @Override
    public HealthCheck toCheck() {
      return HealthChecks.notified();
    }
  }

  /// Passes while the process tells by sd_notify(3) that it is alive.
  ///
  /// @param within how long it may say nothing
  record Watchdog(Duration within) implements CheckConfig {
    @Override
    public HealthCheck toCheck() {
      return HealthChecks.watchdog(within);
    }
  }

  /// Passes when the process has been alive for a time.
  ///
  /// @param minimum the time
  record Uptime(Duration minimum) implements CheckConfig {
    @Override
    public HealthCheck toCheck() {
      return HealthChecks.process().minimum(minimum);
    }
  }

  /// As good as the worst.
  ///
  /// @param checks which
  record All(List<CheckConfig> checks) implements CheckConfig {
    /// Copies the list.
    public All {
      checks = List.copyOf(checks);
    }

    @Override
    public HealthCheck toCheck() {
      return HealthChecks.all(made(checks));
    }
  }

  /// As good as the best.
  ///
  /// @param checks which
  record Any(List<CheckConfig> checks) implements CheckConfig {
    /// Copies the list.
    public Any {
      checks = List.copyOf(checks);
    }

    @Override
    public HealthCheck toCheck() {
      return HealthChecks.any(made(checks));
    }
  }

  /// Passes when the other does not.
  ///
  /// @param check which
  record Not(CheckConfig check) implements CheckConfig {
    @Override
    public HealthCheck toCheck() {
      return HealthChecks.not(check.toCheck());
    }
  }

  /// Adds up the weights of those that pass.
  ///
  /// @param parts checks and their weights
  /// @param healthy the share from which it is healthy; default 1
  /// @param warning the share from which it is a warning; default 0.7
  /// @param critical the share from which it is critical; default 0.5
  record Weighted(List<Part> parts, double healthy, double warning, double critical)
      implements CheckConfig {
    /// Copies the list.
    public Weighted {
      parts = List.copyOf(parts);
    }

    /// One check and its weight.
    ///
    /// @param weight above 0
    /// @param check the check
    record Part(double weight, CheckConfig check) {}

    @Override
    public HealthCheck toCheck() {
      WeightedCheck sum = HealthChecks.weighted().shares(healthy, warning, critical);
      for (Part part : parts) {
        sum = sum.add(part.weight, part.check.toCheck());
      }
      return sum;
    }
  }

  private static HealthCheck[] made(List<CheckConfig> checks) {
    return checks.stream().map(CheckConfig::toCheck).toArray(HealthCheck[]::new);
  }

  private static boolean isNumber(String port) {
    return !port.isEmpty() && port.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static int number(String port) {
    return port.length() > 6 ? Integer.MAX_VALUE : Integer.parseInt(port);
  }
}
