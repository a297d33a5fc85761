package dev.procman.health;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/// A new connection to a server. Interrupting the virtual thread that waits in it closes it.
final class Connection implements AutoCloseable {
  private final Socket socket;
  private final Budget budget;

  private Connection(Socket socket, Budget budget) {
    this.socket = socket;
    this.budget = budget;
  }

  /// Connects.
  ///
  /// @throws ConnectException when nobody takes the connection
  static Connection open(InetAddress address, int port, Budget budget) throws IOException {
    var socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(address, port), budget.millisLeft());
      socket.setTcpNoDelay(true);
      rejectItself(socket);
      return new Connection(socket, budget);
    } catch (IOException | RuntimeException failed) {
      socket.close();
      throw failed;
    }
  }

  /// When nobody listens on a port of the range that clients get theirs from, a socket may be given
  /// that very port and connect to itself (TCP's simultaneous open). Closed by a reset it leaves
  /// nothing behind in TIME_WAIT, which would keep the server from its port.
  private static void rejectItself(Socket socket) throws IOException {
    if (isItself(socket)) {
      socket.setSoLinger(true, 0);
      throw new ConnectException("nobody listens; the connection came back to itself");
    }
  }

  static boolean isItself(Socket socket) {
    return socket.getLocalSocketAddress().equals(socket.getRemoteSocketAddress());
  }

  /// The same connection with TLS on it.
  Connection secured(Transport transport, String host, int port) throws IOException {
    return new Connection(transport.secure(socket, host, port, budget), budget);
  }

  void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /// What is received; each read ends with a timeout when the budget is spent.
  InputStream input() throws IOException {
    return new FilterInputStream(socket.getInputStream()) {
      @Override
      public int read() throws IOException {
        socket.setSoTimeout(budget.millisLeft());
        return super.read();
      }

      @Override
      public int read(byte[] bytes, int from, int length) throws IOException {
        socket.setSoTimeout(budget.millisLeft());
        return super.read(bytes, from, length);
      }
    };
  }

  /// Waits for one byte or the end, at most for a time.
  ///
  /// @return the byte, or -1 at the end
  /// @throws java.net.SocketTimeoutException when neither came
  int peek(int millis) throws IOException {
    socket.setSoTimeout(Math.min(millis, budget.millisLeft()));
    return socket.getInputStream().read();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
