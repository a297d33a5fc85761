package dev.procman.services;

import dev.procman.InvalidSpecException;
import dev.procman.ManagedProcess;
import dev.procman.ProcessSpec;
import dev.procman.Signal;
import dev.procman.StopSequence;
import dev.procman.health.HealthChecks;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// An nginx on a leased port of 127.0.0.1, in a directory of its own that is deleted with the
/// process. Ready when it answers HTTP; stopped by QUIT, which lets requests under way end.
/// Immutable.
///
/// @param name of the process
/// @param binary the server; found on the machine when empty
/// @param server what stands in the `server` block beside `listen`; templates are filled in, so
///   that `${port.app:http}` is the port of another process and `$$` a dollar sign
public record Nginx(String name, Optional<Path> binary, String server) {
  /// The name of its port.
  public static final String PORT = "http";

  /// A server that answers every request with status 204.
  public static Nginx named(String name) {
    return new Nginx(name, Optional.empty(), "location / { return 204; }");
  }

  /// With that server program.
  public Nginx binary(Path program) {
    return new Nginx(name, Optional.of(program), server);
  }

  /// Serves the files of a directory.
  ///
  /// @throws InvalidSpecException when its path holds a character that nginx takes for its own
  public Nginx serving(Path directory) {
    if (directory.toString().matches(".*[$\"\\\\\n].*")) {
      throw new InvalidSpecException(
          "nginx.serving", directory, "use a path without $, quotation marks and backslashes");
    }
    return server("root \"" + directory.toAbsolutePath() + "\";");
  }

  /// Passes all requests on, for example to `http://127.0.0.1:${port.app:http}`.
  public Nginx proxying(String target) {
    return server("location / { proxy_pass " + target + "; }");
  }

  /// With that content of the `server` block.
  public Nginx server(String block) {
    return new Nginx(name, binary, block);
  }

  /// The specification.
  ///
  /// @throws dev.procman.LaunchException when there is no nginx on the machine
  public ProcessSpec spec() {
    var program = binary.orElseGet(() -> Executables.require("nginx", "nginx-light"));
    // Workers of a master that runs as root would be another user, who may not enter the directory.
    var user = Privileges.isRoot() ? "user root;\n" : "";
    var config =
        """
        %sdaemon off;
        pid nginx.pid;
        error_log stderr notice;
        worker_processes 1;
        events { worker_connections 256; }
        http {
          access_log off;
          client_body_temp_path tmp-body;
          proxy_temp_path tmp-proxy;
          fastcgi_temp_path tmp-fastcgi;
          uwsgi_temp_path tmp-uwsgi;
          scgi_temp_path tmp-scgi;
          server {
            listen 127.0.0.1:${port.http};
            %s
          }
        }
        """
            .formatted(user, server);
    return ProcessSpec.named(name)
        .command(
            List.of(
                program.toString(),
                "-p",
                "${data.nginx}",
                "-c",
                "${data.nginx}/nginx.conf",
                "-e",
                "stderr"))
        .file("${data.nginx}/nginx.conf", config)
        .port(PORT)
        .ready(HealthChecks.http("/").port(PORT).status("any answer", code -> true))
        .stop(
            StopSequence.kill()
                .signalLeader(Signal.QUIT, Duration.ofSeconds(5))
                .signal(Signal.TERM, Duration.ofSeconds(5)))
        .build();
  }

  /// Its address, for example `http://127.0.0.1:20123`.
  public static URI uri(ManagedProcess nginx) {
    return URI.create("http://127.0.0.1:" + nginx.port(PORT));
  }
}
