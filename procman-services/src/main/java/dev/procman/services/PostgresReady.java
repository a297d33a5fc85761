package dev.procman.services;

import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// Whether a PostgreSQL server lets a user into a database: its start-up message is answered by a
/// request for authentication or a welcome, and not by an error such as "the database system is
/// starting up". (PostgreSQL documentation, "Message Formats": StartupMessage, AuthenticationOk,
/// ErrorResponse, Terminate.)
///
/// @param user who
/// @param database where
record PostgresReady(String user, String database) implements HealthCheck {
  private static final int PROTOCOL = 3 << 16;
  private static final int MOST = 10_000;

  @Override
  public HealthResult check(HealthContext context) throws IOException {
    int port = context.process().port(Postgres.PORT);
    int limit = Math.clamp(context.timeout().toMillis(), 1, Integer.MAX_VALUE);
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), limit);
      socket.setSoTimeout(limit);
      socket.getOutputStream().write(startup());
      var in = new DataInputStream(socket.getInputStream());
      int kind = in.read();
      var verdict =
          switch (kind) {
            case 'R' -> HealthResult.healthy("it lets " + user + " into " + database);
            case 'E' -> HealthResult.failing(error(in));
            case -1 -> HealthResult.failing("the connection was taken and closed at once");
            default -> HealthResult.failing("what answers on port " + port + " is no PostgreSQL");
          };
      if (kind == 'R') {
        socket.getOutputStream().write(new byte[] {'X', 0, 0, 0, 4});
      }
      return verdict;
    } catch (ConnectException refused) {
      return HealthResult.failing("connection to 127.0.0.1:" + port + " was refused");
    }
  }

  private byte[] startup() throws IOException {
    var body = new ByteArrayOutputStream();
    var out = new DataOutputStream(body);
    out.writeInt(PROTOCOL);
    for (String word : new String[] {"user", user, "database", database, ""}) {
      out.write(word.getBytes(StandardCharsets.UTF_8));
      out.writeByte(0);
    }
    var message = new ByteArrayOutputStream();
    new DataOutputStream(message).writeInt(body.size() + Integer.BYTES);
    body.writeTo(message);
    return message.toByteArray();
  }

  /// The human-readable field of an error, `M`.
  private static String error(DataInputStream in) throws IOException {
    int length = Math.clamp(in.readInt() - Integer.BYTES, 0, MOST);
    var fields = new String(in.readNBytes(length), StandardCharsets.UTF_8).split("\0", -1);
    for (String field : fields) {
      if (field.startsWith("M")) {
        return field.substring(1);
      }
    }
    return "it answered with an error";
  }

  @Override
  public String describe() {
    return "PostgreSQL lets " + user + " into " + database;
  }
}
