package dev.procman.health;

import dev.procman.InvalidSpecException;
import dev.procman.spi.HealthContext;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/// What is asked of an HTTP server.
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

  HttpQuestion {
    headers = Map.copyOf(headers);
  }

  static HttpQuestion of(String path) {
    if (!path.startsWith("/")) {
      throw new InvalidSpecException("health.http.path", path, "begin it with /");
    }
    return new HttpQuestion(
        Transport.ofPlain(), "127.0.0.1", new PortRef.Only(), path, "GET", Map.of());
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
    try {
      var _ = HttpRequest.newBuilder().method(other, BodyPublishers.noBody());
    } catch (IllegalArgumentException wrong) {
      throw new InvalidSpecException("health.http.method", other, "use a method such as HEAD");
    }
    return new HttpQuestion(transport, host, port, path, other, headers);
  }

  HttpQuestion header(String name, String value) {
    try {
      var _ = HttpRequest.newBuilder().header(name, value);
    } catch (IllegalArgumentException wrong) {
      // The value may be a password: it is not shown.
      throw new InvalidSpecException(
          "health.http.header", name, "the client cannot send it; check its name and value");
    }
    var more = new TreeMap<>(headers);
    more.put(name, value);
    return new HttpQuestion(transport, host, port, path, method, more);
  }

  URI uri(HealthContext context) {
    var filled = context.fill(path);
    var shownHost = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    try {
      return new URI(
          transport.scheme() + "://" + shownHost + ":" + port.number(context.process()) + filled);
    } catch (URISyntaxException wrong) {
      throw new InvalidSpecException("health.http.path", filled, wrong.getReason());
    }
  }

  HttpRequest request(URI uri, Duration timeout) {
    var request =
        HttpRequest.newBuilder(uri).timeout(timeout).method(method, BodyPublishers.noBody());
    headers.forEach(request::header);
    return request.build();
  }

  @Override
  public String toString() {
    return "HttpQuestion[%s %s://%s %s, headers %s]"
        .formatted(method, transport.scheme(), host, path, new TreeMap<>(headers).keySet());
  }
}
