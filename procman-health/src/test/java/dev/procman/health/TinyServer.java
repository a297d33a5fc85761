package dev.procman.health;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/// A server in this JVM whose every byte is the test's. Each connection has a virtual thread.
final class TinyServer implements AutoCloseable {

  /// What it does with a connection; it is closed after that.
  interface Talk {
    void with(Socket socket, OutputStream out) throws Exception;
  }

  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private TinyServer(ServerSocket listener, Talk talk) {
    this.listener = listener;
    Thread.ofVirtual().start(() -> accept(talk));
  }

  static TinyServer of(Talk talk) throws IOException {
    return new TinyServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), talk);
  }

  static TinyServer on(ServerSocket listener, Talk talk) {
    return new TinyServer(listener, talk);
  }

  /// One that reads a request and answers with these lines and that body.
  static TinyServer answering(String head, String body) throws IOException {
    return answering(_ -> head + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
  }

  /// One that answers a path.
  static TinyServer answering(UnaryOperator<String> answer) throws IOException {
    return of((socket, out) -> {
      var head = readHead(socket);
      if (!head.isEmpty()) {
        out.write(answer.apply(head.getFirst().split(" ")[1]).getBytes(StandardCharsets.UTF_8));
      }
    });
  }

  int port() {
    return listener.getLocalPort();
  }

  static List<String> readHead(Socket socket) throws IOException {
    var reader =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    var lines = new ArrayList<String>();
    for (String line; (line = reader.readLine()) != null && !line.isEmpty(); ) {
      lines.add(line);
    }
    return lines;
  }

  private void accept(Talk talk) {
    while (!listener.isClosed()) {
      try {
        var socket = listener.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(talk, socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Talk talk, Socket socket) {
    try (socket) {
      talk.with(socket, socket.getOutputStream());
    } catch (Exception gone) {
      // The other side hung up, which is what some tests are about.
    } finally {
      open.remove(socket);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (var socket : open) {
      socket.close();
    }
  }
}
