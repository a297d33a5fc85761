package dev.procman.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;

/// A tiny shop: prices over HTTP, kept in PostgreSQL, remembered in Redis.
///
/// @param cachePort the port of Redis
/// @param database the address of PostgreSQL for JDBC
record Shop(int cachePort, String database) {

  /// Serves until it is ended.
  ///
  /// @param arguments the port to serve on, the port of Redis, the address of PostgreSQL
  public static void main(String[] arguments) throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), number(arguments[0]));
    var shop = new Shop(number(arguments[1]), arguments[2]);
    var server = HttpServer.create(address, 0);
    server.createContext("/items/", shop::price);
    server.start();
    System.out.println("the shop is open on port " + address.getPort());
  }

  private static int number(String text) {
    return Integer.parseInt(text);
  }

  private void price(HttpExchange exchange) throws IOException {
    try (exchange) {
      var item = exchange.getRequestURI().getPath().substring("/items/".length());
      var known = ask("GET", item);
      if (known.isPresent()) {
        answer(exchange, 200, known.get() + ", says the cache");
        return;
      }
      var price = stored(item);
      if (price.isPresent()) {
        ask("SET", item, price.get());
        answer(exchange, 200, price.get() + ", says the database");
      } else {
        answer(exchange, 404, "we have no " + item);
      }
    } catch (SQLException failed) {
      System.err.println("the database does not answer: " + failed.getMessage());
    }
  }

  private static void answer(HttpExchange exchange, int code, String text) throws IOException {
    var body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(code, body.length);
    exchange.getResponseBody().write(body);
  }

  private Optional<String> stored(String item) throws SQLException {
    try (var connection = DriverManager.getConnection(database);
        var question = connection.prepareStatement("select price from item where name = ?")) {
      question.setString(1, item);
      try (var rows = question.executeQuery()) {
        return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
      }
    }
  }

  /// One command and its answer in Redis's protocol: `$3` and a line for a value, `$-1` for none.
  private Optional<String> ask(String... words) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), cachePort)) {
      var command = new StringBuilder("*" + words.length + "\r\n");
      for (String word : words) {
        int length = word.getBytes(StandardCharsets.UTF_8).length;
        command.append("$").append(length).append("\r\n").append(word).append("\r\n");
      }
      socket.getOutputStream().write(command.toString().getBytes(StandardCharsets.UTF_8));
      var reader =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      var first = reader.readLine();
      return first != null && first.startsWith("$") && !first.equals("$-1")
          ? Optional.of(reader.readLine())
          : Optional.empty();
    }
  }
}
