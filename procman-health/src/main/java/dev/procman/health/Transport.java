package dev.procman.health;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/// By which client HTTP is spoken. Clients are shared, since each has a thread of its own; they are
/// made when first used.
///
/// @param scheme `http` or `https`
/// @param client the client
record Transport(String scheme, Supplier<HttpClient> client) {

  private static final class Plain {
    static final HttpClient CLIENT = builder().build();
  }

  private static final class AnyCertificate {
    static final HttpClient CLIENT = builder().sslContext(TrustAll.context()).build();
  }

  private static HttpClient.Builder builder() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .executor(
            Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("procman-http-", 0).factory()));
  }

  static Transport ofPlain() {
    return new Transport("http", () -> Plain.CLIENT);
  }

  static Transport ofTls() {
    return new Transport("https", () -> Plain.CLIENT);
  }

  static Transport ofTls(SSLContext context) {
    var client = builder().sslContext(context).build();
    return new Transport("https", () -> client);
  }

  static Transport ofAnyTls() {
    return new Transport("https", () -> AnyCertificate.CLIENT);
  }

  HttpResponse<LimitedBody.Text> send(HttpRequest request)
      throws IOException, InterruptedException {
    return client.get().send(request, LimitedBody.handler());
  }
}
