package dev.procman.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ProcessManager;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxServiceTest {
  @TempDir Path temp;

  @Test
  void whoConnectsWhileItIsStoppedIsServedByTheNextGeneration() throws Exception {
    try (var manager = ProcessManager.builder().stateDirectory(temp.resolve("state")).build()) {
      var server = LinuxService.start(manager);
      server.stop();
      try (var early = new Socket(InetAddress.getLoopbackAddress(), server.port("http"))) {
        server.start();
        early.setSoTimeout(20_000);
        var answer = early.getInputStream().readAllBytes();
        assertThat(new String(answer, StandardCharsets.US_ASCII))
            .isEqualTo(Long.toString(server.pid().orElseThrow()));
      }
    }
  }
}
