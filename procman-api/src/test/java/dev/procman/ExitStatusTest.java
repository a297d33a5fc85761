package dev.procman;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ExitStatusTest {
  @ParameterizedTest
  @CsvSource({
    "0, exit code 0",
    "1, exit code 1",
    "127, exit code 127",
    "128, exit code 128",
    "129, signal HUP (1)",
    "137, signal KILL (9)",
    "143, signal TERM (15)",
    "159, signal SYS (31)",
    "144, exit code 144", // no signal of that number is named
    "192, exit code 192",
    "193, exit code 193",
    "255, exit code 255"
  })
  void aShellCodeIsReadAndWrittenBack(int code, String described) {
    var status = ExitStatus.ofShellCode(code);
    assertThat(status.describe()).isEqualTo(described);
    assertThat(status.shellCode()).isEqualTo(code);
  }

  @Test
  void everyShellCodeSurvivesTheRoundTrip() {
    for (int code = 0; code <= 255; code++) {
      assertThat(ExitStatus.ofShellCode(code).shellCode()).isEqualTo(code);
    }
  }

  @Test
  void anUnknownSignalIsShownByItsNumber() {
    assertThat(new ExitStatus.Signaled(35).describe()).isEqualTo("signal ? (35)");
    assertThat(Signal.ofNumber(35)).isEmpty();
    assertThat(Signal.ofNumber(0)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aSignalHasTheNumberThatThisMachineKnowsItBy(Signal signal) throws Exception {
    assertThat(output("/bin/sh", "-c", "kill -l " + signal.number())).isEqualTo(signal.name());
    assertThat(Signal.ofNumber(signal.number())).contains(signal);
  }

  private static String output(String... command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(text).isZero();
    return text;
  }
}
