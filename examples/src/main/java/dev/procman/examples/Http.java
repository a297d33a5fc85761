package dev.procman.examples;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/// Asks a server on this machine for a page.
final class Http {
  private Http() {}

  static boolean isOk(int port) throws IOException, InterruptedException {
    return send(port).statusCode() == 200;
  }

  static String get(int port) throws IOException, InterruptedException {
    return send(port).body();
  }

  static String get(URI address) throws IOException, InterruptedException {
    return send(address).body();
  }

  private static HttpResponse<String> send(int port) throws IOException, InterruptedException {
    return send(URI.create("http://127.0.0.1:" + port + "/"));
  }

  private static HttpResponse<String> send(URI address) throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    }
  }
}
