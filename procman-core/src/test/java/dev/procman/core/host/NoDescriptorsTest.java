package dev.procman.core.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// A host that cannot open files any more.
class NoDescriptorsTest extends HostTest {

  private record Ended(int code, List<String> said) {}

  private Ended run(Class<?> main, String... arguments) throws IOException, InterruptedException {
    var java = System.getProperty("java.home") + "/bin/java";
    var command =
        new java.util.ArrayList<>(
            List.of(
                "sh",
                "-c",
                "ulimit -n 200; exec \"$0\" \"$@\"",
                java,
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                state.toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(footprint.environment());
    var host = builder.start();
    try {
      var said = new String(host.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(host.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      return new Ended(host.exitValue(), said.lines().toList());
    } finally {
      host.destroyForcibly();
    }
  }

  @Test
  void aTreeIsLookedAtAndEndedWithDescriptorsThatWereKeptForThat() throws Exception {
    assertThat(run(NoDescriptorsMain.class).said()).containsSequence("ENDED 1", "RUNNING 2");
    assertNothingLeftBehind();
  }

  @Test
  void closingTheManagerEndsAllChildren() throws Exception {
    assertThat(run(ExhaustedEndMain.class, "close").said())
        .contains("plain#1 STOPPED", "deaf#1 STOPPED", "family#1 STOPPED");
    assertNothingLeftBehind();
  }

  @Test
  void anEndOfTheHostEndsAllChildren() throws Exception {
    assertThat(run(ExhaustedEndMain.class, "exit").code()).isEqualTo(7);
    assertNothingLeftBehind();
  }
}
