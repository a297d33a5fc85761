package dev.procman.examples;

import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.spi.HealthCheck;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;

/// A service that ends before it is ready.
final class FailedStart {
  private FailedStart() {}

  static void run(ProcessManager manager, Path home) throws InterruptedException {
    // region failed-start
    ManagedProcess orders =
        manager.start(
            ProcessSpec.named("orders")
                .command("python3", "orders.py", "--port", "${port.http}")
                .directory(home)
                .port("http")
                .ready(HealthCheck.of("port answers", () -> answers(manager, "orders")))
                .build());
    orders.awaitReady(Duration.ofSeconds(30));
    // endregion
  }

  private static boolean answers(ProcessManager manager, String process) throws Exception {
    try (var socket =
        new Socket(InetAddress.getLoopbackAddress(), manager.get(process).port("http"))) {
      return socket.isConnected();
    }
  }
}
