package dev.procman.benchmarks;

import dev.procman.ProcessSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/// An nginx that answers at once; the subject of health checks.
final class NginxServer {
  private static final String CONFIGURATION =
      """
      daemon off;
      pid DIR/nginx.pid;
      error_log /dev/null;
      worker_processes 1;
      events { worker_connections 1024; }
      http {
        access_log off;
        client_body_temp_path DIR/body; proxy_temp_path DIR/proxy;
        fastcgi_temp_path DIR/fastcgi; uwsgi_temp_path DIR/uwsgi; scgi_temp_path DIR/scgi;
        server {
          listen 127.0.0.1:PORT;
          location / { return 200 "up"; }
        }
      }
      """;

  private NginxServer() {}

  /// One named `web` on a port of that name; its files are in `directory`.
  static ProcessSpec.Builder in(Path directory) throws IOException {
    int port = freePort();
    var file = directory.resolve("nginx.conf");
    Files.writeString(
        file, CONFIGURATION.replace("DIR", directory.toString()).replace("PORT", "" + port));
    return ProcessSpec.named("web")
        .command("/usr/sbin/nginx", "-p", directory.toString(), "-e", "stderr", "-c", "" + file)
        .port("web", port);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
