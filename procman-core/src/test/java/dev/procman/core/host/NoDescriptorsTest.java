package dev.procman.core.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// A host that cannot open files any more.
class NoDescriptorsTest extends HostTest {

  @Test
  void aTreeThatCannotBeLookedAtDoesNotPassForEmpty() throws Exception {
    var java = System.getProperty("java.home") + "/bin/java";
    var builder =
        new ProcessBuilder(
                List.of(
                    "sh",
                    "-c",
                    "ulimit -n 200; exec \"$0\" \"$@\"",
                    java,
                    "-Xmx128m",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    NoDescriptorsMain.class.getName(),
                    state.toString()))
            .redirectErrorStream(true);
    builder.environment().putAll(footprint.environment());
    var host = builder.start();
    var said = new String(host.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(host.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(said.lines()).containsSequence("STUCK 1", "RUNNING 2");
    assertNothingLeftBehind();
  }
}
