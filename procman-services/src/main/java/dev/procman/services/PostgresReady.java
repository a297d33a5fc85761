package dev.procman.services;

import dev.procman.health.HealthChecks;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Whether a PostgreSQL server lets a user into a database: its start-up message is answered to the
/// end, and not by an error such as "the database system is starting up", or, after the welcome,
/// "database does not exist". A server that asks for a password is ready, too: none is known here.
/// The server must be the process's own. (PostgreSQL documentation, "Message Flow", "Message
/// Formats": StartupMessage, AuthenticationOk, ErrorResponse, ReadyForQuery, Terminate.)
///
/// @param user who
/// @param database where
record PostgresReady(String user, String database) implements HealthCheck {
  private static final int PROTOCOL = 3 << 16;
  private static final int MOST = 10_000;

  /// Proves whose the port is.
  private static final HealthCheck OWNED =
      HealthChecks.tcp().port(Postgres.PORT).settle(Duration.ofMillis(1));

  @Override
  public HealthResult check(HealthContext context) throws Exception {
    int port = context.process().port(Postgres.PORT);
    var verdict = ask(port, Math.clamp(context.timeout().toMillis(), 1, Integer.MAX_VALUE));
    if (verdict.isBad()) {
      return verdict;
    }
    var owned = OWNED.check(context);
    return owned.isGood() ? verdict : owned;
  }

  private HealthResult ask(int port, int limit) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), limit);
      socket.setSoTimeout(limit);
      socket.getOutputStream().write(startup());
      var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      var verdict = answer(in, port);
      if (verdict.isGood()) {
        socket.getOutputStream().write(new byte[] {'X', 0, 0, 0, 4});
      }
      return verdict;
    } catch (ConnectException refused) {
      return HealthResult.failing("connection to 127.0.0.1:" + port + " was refused");
    }
  }

  private HealthResult answer(DataInputStream in, int port) throws IOException {
    for (int kind = in.read(); kind >= 0; kind = in.read()) {
      switch (kind) {
        case 'E' -> {
          return HealthResult.failing(error(in));
        }
        case 'Z' -> {
          return HealthResult.healthy("it lets " + user + " into " + database);
        }
        case 'R' -> {
          if (ByteBuffer.wrap(body(in)).getInt() != 0) {
            return HealthResult.healthy("it asks " + user + " for a password");
          }
        }
        // Parameters, notices and the key by which to cancel.
        case 'S', 'N', 'K' -> body(in);
        default -> {
          return HealthResult.failing("what answers on port " + port + " is no PostgreSQL");
        }
      }
    }
    return HealthResult.failing("the connection was taken and closed at once");
  }

  private static byte[] body(DataInputStream in) throws IOException {
    int length = in.readInt() - Integer.BYTES;
    if (length < Integer.BYTES || length > MOST) {
      throw new IOException("the answer is no PostgreSQL's: a message of " + length + " bytes");
    }
    var body = new byte[length];
    in.readFully(body);
    return body;
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
