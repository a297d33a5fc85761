package dev.procman.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.LaunchSettings;
import dev.procman.Signal;
import dev.procman.TerminalSize;
import dev.procman.spi.LaunchRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A pseudo-terminal at its ends.
class TerminalTest {

  private static LaunchRequest request(String... command) {
    var plain = Launches.request(Optional.empty(), Map.of(), command);
    return new LaunchRequest(
        plain.id(),
        plain.command(),
        plain.directory(),
        plain.environment(),
        plain.drainQuiet(),
        LaunchSettings.ofDefaults().terminal(new TerminalSize(80, 24)),
        Map.of());
  }

  /// What the reactors of this JVM are told of.
  private static long watched() throws IOException {
    long count = 0;
    for (var descriptor : Path.of("/proc/self/fdinfo").toFile().listFiles()) {
      try (var lines = Files.lines(descriptor.toPath())) {
        count += lines.filter(line -> line.startsWith("tfd:")).count();
      } catch (IOException closedMeanwhile) {
        // It watches nothing any more.
      }
    }
    return count;
  }

  @Test
  void whoLeavesItsTerminalAndLivesIsNotToldOfAgainAndAgain() throws Exception {
    try (var launches = new Launches()) {
      launches.output("/bin/true");
      var told = new Launches.Told();
      long before = watched();
      var process =
          launches.launch(
              told, request("sh", "-c", "echo bye; exec sleep 60 </dev/null >/dev/null 2>&1"));
      // Its end is what is left to be told.
      Launches.soon().untilAsserted(() -> assertThat(watched()).isEqualTo(before + 1));
      assertThat(told.exit).isNotDone();
      assertThat(told.out()).isEqualTo("bye\n");
      process.signalTree(Signal.KILL);
      assertThat(told.code()).isEqualTo(137);
    }
  }

  /// As the tools of coreutils do, so that both sides of the terminal are closed before the exit.
  @Test
  void whoClosesItsStreamsBeforeItExitsIsNotHungUp() throws Exception {
    try (var launches = new Launches()) {
      for (int i = 0; i < 30; i++) {
        var told = new Launches.Told();
        var process =
            launches.launch(
                told, request("sh", "-c", "cat; exec <&- >&- 2>&-; /bin/sleep 0.02; exit 3"));
        process.stdin().close();
        assertThat(told.code()).isEqualTo(3);
      }
    }
  }

  @Test
  void theEndOfInputIsSeenAlsoInTheMiddleOfALine() throws Exception {
    try (var launches = new Launches()) {
      for (String text : new String[] {"", "one\n", "one\ntwo"}) {
        var told = new Launches.Told();
        var process = launches.launch(told, request("cat"));
        process.stdin().write(text.getBytes(StandardCharsets.UTF_8));
        process.stdin().close();
        process.stdin().close();
        assertThat(told.code()).isZero();
        assertThat(told.out()).isEqualTo(text);
      }
    }
  }
}
