package dev.procman.examples;

import dev.procman.LaunchSettings;
import dev.procman.ListenSocket;
import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.health.HealthChecks;
import dev.procman.spi.RestartPolicy;
import java.time.Duration;

/// A server that is written for systemd: it finds its socket open and says itself that it is ready.
final class LinuxService {
  private static final String SERVER =
      """
      import os, socket
      listener = socket.socket(fileno=3)
      with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.sendto(b'READY=1\\nSTATUS=serving', '\\0' + os.environ['NOTIFY_SOCKET'][1:])
      while True:
        with listener.accept()[0] as connection:
          connection.sendall(b'%d' % os.getpid())
      """;

  private LinuxService() {}

  static ManagedProcess start(ProcessManager manager) throws InterruptedException {
    // region linux-service
    ManagedProcess server =
        manager.start(
            ProcessSpec.named("server")
                .command("python3", "-c", SERVER)
                .port("http")
                .launch(
                    LaunchSettings.ofDefaults()
                        .socket(ListenSocket.tcp("http")) // descriptor 3
                        .withNotifications())
                .ready(HealthChecks.notified())
                .restart(RestartPolicy.always())
                .build());

    server.awaitReady(Duration.ofSeconds(10));
    String busyWith = server.serviceState().orElseThrow().status().orElse("nothing");
    // endregion
    if (!busyWith.equals("serving")) {
      throw new IllegalStateException(busyWith);
    }
    return server;
  }
}
