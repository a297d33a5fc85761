package dev.procman.core.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a child inherits from a host that was started in an unusual way.
class OddHostTest {
  @TempDir Path temp;

  /// What a script prints that is started by a host that another script starts.
  private String printed(String outer, String script) throws Exception {
    var out = temp.resolve("out");
    var err = temp.resolve("err");
    var builder =
        new ProcessBuilder(
                "/bin/bash",
                "-c",
                outer,
                "outer",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                OddHost.class.getName(),
                script)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    var process = builder.start();
    try {
      assertThat(process.waitFor(LaunchFixture.LIMIT.toSeconds() * 3, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(err)).isZero();
    return Files.readString(out).strip();
  }

  private static final String IGNORED = "grep SigIgn /proc/self/status | cut -f 2";

  private static void assertHupIntAndQuitAreNotIn(String mask) {
    assertThat(Long.parseUnsignedLong(mask, 16) & 0b111).as(mask).isZero();
  }

  @Test
  void aChildHeedsTheSignalsThatItsHostIgnoresUnderNohup() throws Exception {
    assertHupIntAndQuitAreNotIn(printed("exec nohup \"$@\"", IGNORED));
  }

  @Test
  void aChildHeedsTheSignalsThatItsHostIgnoresAsABackgroundJob() throws Exception {
    assertHupIntAndQuitAreNotIn(printed("trap '' HUP; \"$@\" & wait $!", IGNORED));
  }

  @Test
  void aVariableThatIsNoTextInTheCharsetOfTheHostArrivesAsItIs() throws Exception {
    // ü in UTF-8, and a byte that is text in no charset but a Latin one.
    assertThat(
            printed(
                "export LC_ALL=C ODD=$'\\xc3\\xbc\\xff'; exec \"$@\"",
                "printf %s \"$ODD\" | od -An -tx1"))
        .isEqualTo("c3 bc ff");
  }
}
