package dev.procman.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A disk that is full for a while: here a limit to the size of files (`RLIMIT_FSIZE`), which also
/// cuts a write in the middle, for one process, and can be lifted again.
class FullDiskTest extends HostTest {

  private void limit(HostJvm host, String size) throws Exception {
    var prlimit =
        new ProcessBuilder("prlimit", "--pid", Long.toString(host.pid()), "--fsize=" + size + ":")
            .start();
    assertThat(prlimit.waitFor()).isZero();
  }

  private Path ledger() throws IOException {
    try (var files = Files.newDirectoryStream(state.resolve("ledgers"), "*.ledger")) {
      return files.iterator().next();
    }
  }

  private long bare(HostJvm host, String name) {
    long pid = Long.parseLong(host.ask("bare " + name).substring("bare ".length()));
    footprint.add(pid);
    return pid;
  }

  private void awaitWritten(long pid) {
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(Files.readString(ledger())).contains("+ " + pid + " "));
  }

  /// Whether each line but the header is a whole one.
  private static boolean isWhole(List<? extends String> lines) {
    return lines.stream().skip(1).allMatch(line -> line.matches("\\+ \\d+ \\d+ \\S+|- \\S+"));
  }

  @Test
  @Tag("long")
  void aBirthThatDidNotFitIsWrittenWhenThereIsRoomAndHalfOfItSpoilsNoOther() throws Exception {
    try (var host = HostJvm.start(state, footprint, false)) {
      long first = bare(host, "first");
      awaitWritten(first);
      limit(host, Long.toString(Files.size(ledger()) + 5));
      long lost = bare(host, "lost");
      long lostToo = bare(host, "lost-too");
      // Seen by the next start, which waits for no writing: this order comes after those births.
      assertThat(host.ask("alive?")).isEqualTo("alive?");
      assertThat(Files.readAllLines(ledger())).noneMatch(line -> line.contains(" " + lost + " "));
      limit(host, "unlimited");
      awaitWritten(lost);
      awaitWritten(lostToo);
      long next = bare(host, "next");
      awaitWritten(next);
      assertThat(Files.readAllLines(ledger()))
          .satisfies(lines -> assertThat(isWhole(lines)).isTrue());
      host.kill();
      var _ = host.awaitEnd();
      assertThat(footprint.alive()).contains(first, lost, lostToo, next);
      nextManager().close();
      assertThat(footprint.alive()).isEmpty();
    }
  }
}
