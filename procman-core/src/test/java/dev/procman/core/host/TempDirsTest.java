package dev.procman.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.OutputLine;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessSpec;
import dev.procman.core.scenario.EngineTest;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.Backoff;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.RestartPolicy;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The temporary directories that `${dir.NAME}` makes.
class TempDirsTest extends EngineTest {
  private final Set<Path> made = new HashSet<>();

  @AfterEach
  void deleteWhatWasKept() throws IOException {
    manager.close();
    for (var directory : made) {
      if (Files.exists(directory)) {
        try (var files = Files.newDirectoryStream(directory)) {
          for (var file : files) {
            Files.delete(file);
          }
        }
        Files.delete(directory);
      }
    }
  }

  private Path printed(OutputLine line) {
    var path = Path.of(line.text());
    made.add(path);
    return path;
  }

  /// Its path has at most 107 bytes, however long the names are that the directory has from.
  @Test
  void aUnixSocketFitsIntoTheDirectoryOfAProcessWithALongName() throws Exception {
    var process =
        manager.start(
            sh("n".repeat(100), "echo ${dir.the-data-of-postgres-itself}; exec sleep 1000")
                .build());
    await().atMost(LIMIT).until(() -> process.output().lineCount() == 1);
    var directory = printed(process.output().lines().getFirst());
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(directory.resolve(".s.PGSQL.54321")));
    }
    process.stop();
    assertThat(directory).doesNotExist();
  }

  @Test
  void oneIsDeletedAfterASuccessWithoutFollowingItsLinks() throws Exception {
    var outside = Files.createDirectory(temp.resolve("outside"));
    var precious = Files.writeString(outside.resolve("precious"), "kept");
    var script =
        "echo '${dir.data}'; stat -c %a '${dir.data}'; cd '${dir.data}'; mkdir -p a/b; echo x >a/b/c; ln -s "
            + outside
            + " link";
    var report = manager.start(sh("success", script).build()).awaitExit(LIMIT);
    assertThat(report.success()).isTrue();
    assertThat(report.keptDirectories()).isEmpty();
    assertThat(printed(report.lastLines().getFirst())).isAbsolute().doesNotExist();
    assertThat(report.lastLines().getLast().text()).isEqualTo("700");
    assertThat(precious).hasContent("kept");
  }

  @Test
  void oneIsDeletedAfterAStop() throws Exception {
    var process = manager.start(sh("stopped", "echo '${dir.data}'; exec sleep 1000").build());
    process.awaitReady(LIMIT);
    var lines = await().until(() -> process.output().lines(), l -> !l.isEmpty());
    var directory = printed(lines.getFirst());
    assertThat(directory).isDirectory();
    var report = process.stop().orElseThrow();
    assertThat(report.keptDirectories()).isEmpty();
    assertThat(directory).doesNotExist();
  }

  @Test
  void oneIsKeptAfterAFailureAndNamedInReportAndMessage() throws Exception {
    var process =
        manager.start(
            sh("failure", "echo evidence >'${dir.data}/file'; echo '${dir.data}'; exit 1")
                .ready(HealthCheck.of("never", () -> false))
                .build());
    assertThatThrownBy(() -> process.awaitReady(LIMIT))
        .isInstanceOf(ProcessNotReadyException.class)
        .hasMessageContaining("kept: ");
    var report = process.awaitExit(LIMIT);
    var directory = printed(report.lastLines().getFirst());
    assertThat(report.keptDirectories()).containsExactly(directory);
    assertThat(directory.resolve("file")).hasContent("evidence");
  }

  @Test
  void eachGenerationHasItsOwn() throws Exception {
    var policy = RestartPolicy.onFailure().backoff(Backoff.none()).limit(2, Duration.ofMinutes(1));
    manager.start(sh("crasher", "echo '${dir.data}'; exit 1").restart(policy).build());
    awaitEvent(ProcessEvent.ProcessCrashLoop.class, "crasher");
    for (var exit : of(ProcessEvent.ProcessExited.class, "crasher")) {
      var directory = printed(exit.report().lastLines().getFirst());
      assertThat(exit.report().keptDirectories()).containsExactly(directory);
    }
    assertThat(made).hasSize(3).allSatisfy(path -> assertThat(path).isEmptyDirectory());
  }

  @Test
  void oneOfAStartThatFailsIsKeptAndNamed() throws Exception {
    var process =
        manager.start(ProcessSpec.named("missing").command("/no/such", "${dir.data}").build());
    var report = process.awaitExit(LIMIT);
    made.addAll(report.keptDirectories());
    assertThat(made).hasSize(1).allSatisfy(path -> assertThat(path).isEmptyDirectory());
  }
}
