package dev.procman.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockedDirectoryTest {
  @TempDir Path temp;

  @Test
  void aDirectoryThatMayNotBeReadIsToldOfAndSeenOnceItMay() throws Exception {
    var command = new ArrayList<String>();
    if (Files.getAttribute(temp, "unix:uid").equals(0)) {
      // Nothing is forbidden to root but by taking these capabilities from it.
      command.addAll(List.of("setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--"));
    }
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            LockedDirectoryMain.class.getName(),
            temp.toString()));
    assertThat(output(command))
        .containsExactly(
            "UNREADABLE locked",
            "CREATED beside",
            "CREATED locked/inside",
            "MODIFIED locked/inside",
            "CREATED locked/deep/file",
            "MODIFIED beside",
            "MODIFIED locked/deep/file",
            "MODIFIED beside",
            "CREATED inside",
            "CREATED other",
            "MODIFIED inside",
            "MODIFIED inside",
            "UNREADABLE locked",
            "UNREADABLE locked",
            "UNREADABLE locked");
  }

  private static List<String> output(List<String> command)
      throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    process.getOutputStream().close();
    List<String> lines;
    try (var reader = process.inputReader()) {
      lines = reader.readAllLines();
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return lines;
  }
}
