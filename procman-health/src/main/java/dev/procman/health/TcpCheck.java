package dev.procman.health;

import dev.procman.InvalidSpecException;
import dev.procman.ProcessSpec;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Connects to a port. Passes when the connection is taken and not closed again at once, and, if
/// asked for, the answer to what is sent is as expected. On an address of this machine the
/// listening socket must belong to the process's own tree (Linux; elsewhere that is not checked).
///
/// The operating system takes connections for a process that listens, also when that process hangs
/// or is stopped; only one that must answer proves that it works. So prefer [#expect(String)] where
/// the protocol allows it.
///
/// Immutable and compared by value; made by [HealthChecks#tcp()].
public final class TcpCheck implements HealthCheck {
  private static final int MOST_ANSWER = 64 * 1024;

  private final PortRef port;
  private final String host;
  private final Duration settle;
  private final byte[] sent;
  private final Optional<Pattern> expected;
  private final boolean anyOwner;

  private TcpCheck(
      PortRef port,
      String host,
      Duration settle,
      byte[] sent,
      Optional<Pattern> expected,
      boolean anyOwner) {
    this.port = port;
    this.host = host;
    this.settle = settle;
    this.sent = sent;
    this.expected = expected;
    this.anyOwner = anyOwner;
  }

  static TcpCheck of() {
    return new TcpCheck(
        new PortRef.Only(),
        "127.0.0.1",
        Duration.ofMillis(10),
        new byte[0],
        Optional.empty(),
        false);
  }

  /// On the port that the specification calls `name`.
  public TcpCheck port(String name) {
    return new TcpCheck(new PortRef.Named(name), host, settle, sent, expected, anyOwner);
  }

  /// On that port.
  ///
  /// @throws InvalidSpecException when it is not 1 to 65535
  public TcpCheck port(int number) {
    return new TcpCheck(new PortRef.Numbered(number), host, settle, sent, expected, anyOwner);
  }

  /// On that host; default 127.0.0.1.
  ///
  /// @throws InvalidSpecException when it is blank
  public TcpCheck host(String name) {
    HttpCheck.requireHost(name);
    return new TcpCheck(port, name, settle, sent, expected, anyOwner);
  }

  /// How long a new connection must stay open when nothing is expected; default 10 ms.
  ///
  /// @throws InvalidSpecException when it is not above zero
  public TcpCheck settle(Duration time) {
    if (time.isNegative() || time.toMillis() < 1) {
      throw new InvalidSpecException("health.tcp.settle", time, "use 1 ms or more");
    }
    return new TcpCheck(port, host, time, sent, expected, anyOwner);
  }

  /// Sends this text, as UTF-8, after connecting.
  public TcpCheck send(String text) {
    return send(text.getBytes(StandardCharsets.UTF_8));
  }

  /// Sends these bytes after connecting.
  public TcpCheck send(byte[] bytes) {
    return new TcpCheck(port, host, settle, bytes.clone(), expected, anyOwner);
  }

  /// Passes only when `regex` is found in what is received, read as ISO 8859-1.
  ///
  /// @throws InvalidSpecException when it is no regular expression
  public TcpCheck expect(String regex) {
    try {
      return new TcpCheck(port, host, settle, sent, Optional.of(Pattern.compile(regex)), anyOwner);
    } catch (PatternSyntaxException wrong) {
      throw new InvalidSpecException(
          "health.tcp.expect", regex, "use a regular expression: " + wrong.getDescription());
    }
  }

  /// Passes whoever listens on the port.
  public TcpCheck anyOwner() {
    return new TcpCheck(port, host, settle, sent, expected, true);
  }

  @Override
  public HealthResult check(HealthContext context) throws IOException {
    int number = port.number(context.process());
    var address = InetAddress.getByName(host);
    var place = host + ":" + number;
    var budget = Budget.ofOne(context);
    HealthResult verdict;
    try (var connection = Connection.open(address, number, budget)) {
      verdict = talk(connection, budget).with("latency", budget.spent());
    } catch (ConnectException nobody) {
      return HealthResult.failing("cannot connect to " + place + ": " + nobody.getMessage());
    } catch (SocketTimeoutException tooLong) {
      verdict = HealthResult.failing(place + " did not take a connection within " + budget.words());
    } catch (IOException broken) {
      verdict = HealthResult.failing(place + ": " + broken.getMessage());
    }
    return anyOwner
        ? verdict
        : context.memory(this, OwnerProof::new).confirm(verdict, context, address, number);
  }

  private HealthResult talk(Connection connection, Budget budget) throws IOException {
    if (sent.length > 0) {
      connection.write(sent);
    }
    return expected.isPresent()
        ? listen(connection, budget, expected.get())
        : stay(connection, budget);
  }

  private HealthResult stay(Connection connection, Budget budget) throws IOException {
    boolean enough = budget.nanosLeft() >= TimeUnit.NANOSECONDS.convert(settle);
    try {
      return connection.peek((int) Math.min(settle.toMillis(), Integer.MAX_VALUE)) < 0
          ? HealthResult.failing("the connection was taken and closed at once")
          : HealthResult.healthy("connected");
    } catch (SocketTimeoutException stillOpen) {
      return enough
          ? HealthResult.healthy("connected")
          : HealthResult.failing(
              "of "
                  + budget.words()
                  + " too little was left to see it open for "
                  + settle.toMillis()
                  + " ms");
    }
  }

  private static HealthResult listen(Connection connection, Budget budget, Pattern wanted)
      throws IOException {
    var in = connection.input();
    var answer = new StringBuilder();
    var bytes = new byte[4096];
    String what = "the connection was closed";
    try {
      for (int count; answer.length() < MOST_ANSWER && (count = in.read(bytes)) >= 0; ) {
        answer.append(new String(bytes, 0, count, StandardCharsets.ISO_8859_1));
        if (wanted.matcher(answer).find()) {
          return HealthResult.healthy("answered as expected").with("answer", Words.cut(answer));
        }
      }
    } catch (SocketTimeoutException tooLong) {
      what = "nothing more came within " + budget.words();
    }
    return HealthResult.failing(
            answer.isEmpty()
                ? what + " without an answer"
                : "the answer is not /" + wanted + "/: " + Words.cut(answer) + "; " + what)
        .with("answer", Words.cut(answer));
  }

  @Override
  public void validate(ProcessSpec spec) {
    port.validate(spec);
  }

  @Override
  public String describe() {
    return "TCP on "
        + port.describe()
        + expected.map(pattern -> " answering /" + pattern + "/").orElse("");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TcpCheck that
        && port.equals(that.port)
        && host.equals(that.host)
        && settle.equals(that.settle)
        && Arrays.equals(sent, that.sent)
        && expected.map(Regex::new).equals(that.expected.map(Regex::new))
        && anyOwner == that.anyOwner;
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        port, host, settle, Arrays.hashCode(sent), expected.map(Regex::new), anyOwner);
  }
}
