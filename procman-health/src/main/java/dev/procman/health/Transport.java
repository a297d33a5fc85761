package dev.procman.health;

import java.io.IOException;
import java.net.Socket;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// By which way HTTP is spoken.
///
/// @param scheme `http` or `https`
/// @param tls whose certificates are trusted, made when first used; empty for plain text
record Transport(String scheme, Optional<Supplier<SSLContext>> tls) {

  /// Not lambdas, so that two of the same kind are equal.
  private enum Known implements Supplier<SSLContext> {
    JVM {
      @Override
      public SSLContext get() {
        return trustedByJvm();
      }
    },
    ANYBODY {
      @Override
      public SSLContext get() {
        return AnyCertificate.CONTEXT;
      }
    }
  }

  private record Given(SSLContext context) implements Supplier<SSLContext> {
    @Override
    public SSLContext get() {
      return context;
    }
  }

  private static final class AnyCertificate {
    static final SSLContext CONTEXT = TrustAll.context();
  }

  static Transport ofPlain() {
    return new Transport("http", Optional.empty());
  }

  static Transport ofTls() {
    return new Transport("https", Optional.of(Known.JVM));
  }

  static Transport ofTls(SSLContext context) {
    return new Transport("https", Optional.of(new Given(context)));
  }

  static Transport ofAnyTls() {
    return new Transport("https", Optional.of(Known.ANYBODY));
  }

  private static SSLContext trustedByJvm() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException noTls) {
      throw new IllegalStateException("this JVM has no TLS", noTls);
    }
  }

  /// Speaks TLS on a connection, if that is the way.
  Socket secure(Socket socket, String host, int port, Budget budget) throws IOException {
    if (tls.isEmpty()) {
      return socket;
    }
    var secured =
        (SSLSocket) tls.get().get().getSocketFactory().createSocket(socket, host, port, true);
    var parameters = secured.getSSLParameters();
    // Without it a certificate of anybody that is trusted would do.
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secured.setSSLParameters(parameters);
    secured.setSoTimeout(budget.millisLeft());
    secured.startHandshake();
    return secured;
  }
}
