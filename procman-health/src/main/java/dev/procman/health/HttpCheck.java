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
import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Asks an HTTP server. Passes when the status, and if asked for the body, are as expected and the
/// answer is complete within the probe's timeout. On an address of this machine the listening
/// socket must belong to the process's own tree (Linux; elsewhere that is not checked).
///
/// Every question has a new connection, straight to the server and through no proxy: a connection
/// kept open would also be served by a server that takes no new ones any more. Redirects are
/// followed at most 5 times and only to the same scheme, host and port. Of a body at most 64 KiB
/// are read; the rest is cut off.
///
/// Immutable; made by [HealthChecks#http(String)]. Two are equal when they ask the same and expect
/// the same; predicates and TLS contexts of the host are compared by their own `equals`.
public final class HttpCheck implements HealthCheck {
  private static final int MOST_REDIRECTS = 5;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final HttpQuestion question;
  private final Expectation status;
  private final Optional<Body> body;
  private final boolean anywhere;
  private final boolean anyOwner;

  private record Expectation(String words, IntPredicate test) {
    static final Expectation SUCCESS =
        new Expectation("200 to 299", code -> code >= 200 && code <= 299);
  }

  /// As data and not as a lambda, so that checks with the same codes are equal.
  private record OneOf(Set<Integer> codes) implements IntPredicate {
    @Override
    public boolean test(int code) {
      return codes.contains(code);
    }
  }

  private record Body(String words, Predicate<String> test) {}

  /// As data and not as a lambda, so that checks with the same expression are equal.
  private record Found(Regex regex) implements Predicate<String> {
    @Override
    public boolean test(String text) {
      return regex.pattern().matcher(text).find();
    }
  }

  private HttpCheck(
      HttpQuestion question,
      Expectation status,
      Optional<Body> body,
      boolean anywhere,
      boolean anyOwner) {
    this.question = question;
    this.status = status;
    this.body = body;
    this.anywhere = anywhere;
    this.anyOwner = anyOwner;
  }

  static HttpCheck of(String path) {
    return new HttpCheck(
        HttpQuestion.of(path), Expectation.SUCCESS, Optional.empty(), false, false);
  }

  private HttpCheck with(HttpQuestion other) {
    return new HttpCheck(other, status, body, anywhere, anyOwner);
  }

  private HttpCheck with(Expectation other) {
    return new HttpCheck(question, other, body, anywhere, anyOwner);
  }

  private HttpCheck with(Body other) {
    return new HttpCheck(question, status, Optional.of(other), anywhere, anyOwner);
  }

  /// On the port that the specification calls `name`.
  public HttpCheck port(String name) {
    return with(question.on(new PortRef.Named(name)));
  }

  /// On that port.
  ///
  /// @throws InvalidSpecException when it is not 1 to 65535
  public HttpCheck port(int number) {
    return with(question.on(new PortRef.Numbered(number)));
  }

  /// On that host; default 127.0.0.1.
  ///
  /// @throws InvalidSpecException when it is blank
  public HttpCheck host(String name) {
    requireHost(name);
    return with(question.at(name));
  }

  static void requireHost(String name) {
    if (name.isBlank() || name.chars().anyMatch(c -> c <= ' ' || c == '/')) {
      throw new InvalidSpecException("health.host", name, "use a host name or an address");
    }
    if (Set.of("0.0.0.0", "::").contains(name)) {
      throw new InvalidSpecException(
          "health.host", name, "one listens on it; use an address that one can connect to");
    }
  }

  /// By TLS; the certificate must be trusted by this JVM and name the host.
  public HttpCheck https() {
    return with(question.by(Transport.ofTls()));
  }

  /// By TLS, trusting what `context` trusts; the certificate must name the host.
  public HttpCheck https(SSLContext context) {
    return with(question.by(Transport.ofTls(context)));
  }

  /// By TLS, trusting any certificate for any host. That proves nothing of who answers; the owner
  /// of the port is still checked.
  public HttpCheck httpsInsecure() {
    return with(question.by(Transport.ofAnyTls()));
  }

  /// With another method; default GET.
  ///
  /// @throws InvalidSpecException when it is no method
  public HttpCheck method(String method) {
    return with(question.method(method));
  }

  /// With a header.
  ///
  /// @throws InvalidSpecException when it cannot be sent, or speaks of the connection or the body,
  ///   which the check does itself
  public HttpCheck header(String name, String value) {
    return with(question.header(name, value));
  }

  /// Passes on these status codes only; default 200 to 299.
  ///
  /// @throws InvalidSpecException when there is none, or one is not 100 to 599
  public HttpCheck status(Integer... codes) {
    var wanted = Set.of(codes);
    if (wanted.isEmpty() || wanted.stream().anyMatch(code -> code < 100 || code > 599)) {
      throw new InvalidSpecException("health.http.status", wanted, "name codes of 100 to 599");
    }
    return with(new Expectation(wanted.toString(), new OneOf(wanted)));
  }

  /// Passes on status codes that `test` accepts.
  public HttpCheck status(String words, IntPredicate test) {
    return with(new Expectation(words, test));
  }

  /// Passes only when `regex` is found in the body, of which at most 64 KiB are read.
  ///
  /// @throws InvalidSpecException when it is no regular expression
  public HttpCheck body(String regex) {
    try {
      return with(new Body("/" + regex + "/", new Found(new Regex(Pattern.compile(regex)))));
    } catch (PatternSyntaxException wrong) {
      throw new InvalidSpecException(
          "health.http.body", regex, "use a regular expression: " + wrong.getDescription());
    }
  }

  /// Passes only when `test` accepts the body, of which at most 64 KiB are read.
  public HttpCheck body(String words, Predicate<String> test) {
    return with(new Body(words, test));
  }

  /// Follows redirects to other places too. The headers given here are not sent there.
  public HttpCheck followAnywhere() {
    return new HttpCheck(question, status, body, true, anyOwner);
  }

  /// Passes whoever listens on the port.
  public HttpCheck anyOwner() {
    return new HttpCheck(question, status, body, anywhere, true);
  }

  @Override
  public HealthResult check(HealthContext context) throws IOException {
    var uri = question.uri(context);
    var budget = Budget.ofOne(context);
    HealthResult verdict;
    try {
      verdict = ask(uri, budget).with("latency", budget.spent());
    } catch (SocketTimeoutException tooLong) {
      verdict = HealthResult.failing(uri + " did not answer to the end within " + budget.words());
    } catch (ConnectException nobody) {
      return HealthResult.failing("cannot connect to " + place(uri) + ": " + nobody.getMessage());
    } catch (SSLException noTls) {
      verdict = HealthResult.failing("no TLS with " + place(uri) + ": " + noTls.getMessage());
    } catch (IOException broken) {
      verdict = HealthResult.failing(place(uri) + ": " + broken.getMessage());
    }
    return anyOwner
        ? verdict
        : context
            .memory(this, OwnerProof::new)
            .confirm(verdict, context, InetAddress.getByName(question.host()), uri.getPort());
  }

  private static String place(URI uri) {
    return uri.getHost() + ":" + uri.getPort();
  }

  private HealthResult ask(URI first, Budget budget) throws IOException {
    var uri = first;
    for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
      var answer = question.ask(uri, isSameOrigin(first, uri), budget);
      var location = redirect(answer);
      if (location.isEmpty() || status.test.test(answer.status())) {
        return judge(answer);
      }
      var target = target(uri, location.get());
      if (target.isEmpty() || (!anywhere && !isSameOrigin(first, target.get()))) {
        return HealthResult.failing(
                "status "
                    + answer.status()
                    + ", a redirect to another place: "
                    + Words.cut(location.get()))
            .with("status", answer.status());
      }
      uri = target.get();
    }
    return HealthResult.failing("more than " + MOST_REDIRECTS + " redirects, the last to " + uri);
  }

  private static Optional<String> redirect(HttpAnswer answer) {
    return REDIRECTS.contains(answer.status()) ? answer.header("location") : Optional.empty();
  }

  /// Where a redirect leads, if that is an address this check can ask at.
  private static Optional<URI> target(URI from, String location) {
    try {
      var target = from.resolve(location);
      boolean http =
          Set.of("http", "https")
              .contains(String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT));
      return http && target.getHost() != null ? Optional.of(target) : Optional.empty();
    } catch (IllegalArgumentException noAddress) {
      return Optional.empty();
    }
  }

  private static boolean isSameOrigin(URI one, URI other) {
    return one.getScheme().equalsIgnoreCase(other.getScheme())
        && one.getHost().equalsIgnoreCase(other.getHost())
        && HttpQuestion.port(one) == HttpQuestion.port(other);
  }

  private HealthResult judge(HttpAnswer answer) {
    int code = answer.status();
    if (!status.test.test(code)) {
      return HealthResult.failing(
              "status " + code + " instead of " + status.words + shown(answer.body()))
          .with("status", code);
    }
    if (body.isPresent() && !body.get().test.test(answer.body())) {
      return HealthResult.failing(
              "status "
                  + code
                  + ", but the body is not "
                  + body.get().words
                  + (answer.cut() ? " in its first 64 KiB" : "")
                  + shown(answer.body()))
          .with("status", code);
    }
    return HealthResult.healthy("status " + code).with("status", code);
  }

  private static String shown(String text) {
    return text.isBlank() ? "" : ": " + Words.cut(text);
  }

  @Override
  public void validate(ProcessSpec spec) {
    question.port().validate(spec);
  }

  @Override
  public String describe() {
    return "%s %s on %s"
        .formatted(
            question.transport().scheme().toUpperCase(Locale.ROOT),
            question.method() + " " + question.path(),
            question.port().describe());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HttpCheck that
        && question.equals(that.question)
        && status.equals(that.status)
        && body.equals(that.body)
        && anywhere == that.anywhere
        && anyOwner == that.anyOwner;
  }

  @Override
  public int hashCode() {
    return Objects.hash(question, status, body, anywhere, anyOwner);
  }
}
