package dev.procman.health;

import dev.procman.InvalidSpecException;
import dev.procman.spi.HealthContext;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What is asked of an HTTP server, and how. Every question has a connection of its own: one that
/// is kept open proves only that an old connection is still served, also when the server takes no
/// new ones any more, as without free descriptors.
///
/// @param transport by which way
/// @param host where
/// @param port on which port
/// @param path path and query, may hold templates
/// @param method the method
/// @param headers the headers
record HttpQuestion(
    Transport transport,
    String host,
    PortRef port,
    String path,
    String method,
    Map<String, String> headers) {
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern TEMPLATE = Pattern.compile("\\$\\{[^}]*}|\\$\\$");
  private static final Set<String> OURS =
      Set.of("connection", "content-length", "transfer-encoding", "expect", "upgrade");

  HttpQuestion {
    headers = Map.copyOf(headers);
  }

  static HttpQuestion of(String path) {
    if (!path.startsWith("/")) {
      throw new InvalidSpecException("health.http.path", path, "begin it with /");
    }
    requireUri(path, TEMPLATE.matcher(path).replaceAll("x"));
    return new HttpQuestion(
        Transport.ofPlain(), "127.0.0.1", new PortRef.Only(), path, "GET", Map.of());
  }

  private static void requireUri(String path, String filled) {
    try {
      var _ = new URI("http://host" + filled);
    } catch (URISyntaxException wrong) {
      throw new InvalidSpecException(
          "health.http.path", path, "escape it as in an address: " + wrong.getReason());
    }
  }

  HttpQuestion by(Transport other) {
    return new HttpQuestion(other, host, port, path, method, headers);
  }

  HttpQuestion at(String other) {
    return new HttpQuestion(transport, other, port, path, method, headers);
  }

  HttpQuestion on(PortRef other) {
    return new HttpQuestion(transport, host, other, path, method, headers);
  }

  HttpQuestion method(String other) {
    if (!TOKEN.matcher(other).matches() || other.equals("CONNECT")) {
      throw new InvalidSpecException("health.http.method", other, "use a method such as HEAD");
    }
    return new HttpQuestion(transport, host, port, path, other, headers);
  }

  HttpQuestion header(String name, String value) {
    boolean sendable = TOKEN.matcher(name).matches() && value.chars().allMatch(c -> c >= ' ');
    if (!sendable || OURS.contains(name.toLowerCase(Locale.ROOT))) {
      // The value may be a password: it is not shown.
      throw new InvalidSpecException(
          "health.http.header",
          name,
          sendable ? "leave it out, the check sends its own" : "check its name and value");
    }
    var more = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    more.putAll(headers);
    more.put(name, value);
    return new HttpQuestion(transport, host, port, path, method, more);
  }

  URI uri(HealthContext context) {
    var filled = context.fill(path);
    requireUri(path, filled);
    var shownHost = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return URI.create(
        transport.scheme() + "://" + shownHost + ":" + port.number(context.process()) + filled);
  }

  /// Asks at `uri`, which may be where a redirect leads.
  ///
  /// @param ours whether that is the place that the headers are meant for
  HttpAnswer ask(URI uri, boolean ours, Budget budget) throws IOException {
    var by =
        uri.getScheme().equalsIgnoreCase(transport.scheme())
            ? transport
            : uri.getScheme().equalsIgnoreCase("https") ? Transport.ofTls() : Transport.ofPlain();
    int number = port(uri);
    var name = uri.getHost().replaceAll("[\\[\\]]", "");
    try (var connection = Connection.open(InetAddress.getByName(name), number, budget);
        var secured = connection.secured(by, name, number)) {
      secured.write(head(uri, ours).getBytes(StandardCharsets.UTF_8));
      return HttpAnswer.read(new BufferedInputStream(secured.input()), method.equals("HEAD"));
    }
  }

  static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
  }

  private String head(URI uri, boolean ours) {
    var lines = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    lines.put("Host", uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort()));
    lines.put("User-Agent", "procman");
    lines.put("Accept", "*/*");
    if (ours) {
      lines.putAll(headers);
    }
    lines.put("Connection", "close");
    if (Set.of("POST", "PUT", "PATCH").contains(method)) {
      lines.put("Content-Length", "0");
    }
    var target = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    var head = new StringBuilder(method + " " + target);
    if (uri.getRawQuery() != null) {
      head.append('?').append(uri.getRawQuery());
    }
    head.append(" HTTP/1.1\r\n");
    lines.forEach((key, value) -> head.append(key).append(": ").append(value).append("\r\n"));
    return head.append("\r\n").toString();
  }

  @Override
  public String toString() {
    return "HttpQuestion[%s %s://%s %s, headers %s]"
        .formatted(method, transport.scheme(), host, path, new TreeMap<>(headers).keySet());
  }
}
