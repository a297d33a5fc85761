package dev.procman.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Launches without what they need, each in a JVM of its own that has taken it from itself.
class ExhaustionTest {
  private static final List<String> SMALL =
      List.of("-Xint", "-Xms32m", "-Xmx64m", "-Xcheck:jni", SecondJvm.NATIVE_ACCESS);

  /// A user without privileges whom nobody else uses, and who may read all class paths.
  private static final List<String> AS_ANOTHER =
      List.of(
          "setpriv",
          "--reuid=54321",
          "--clear-groups",
          "--regid=54321",
          "--inh-caps=+dac_read_search",
          "--ambient-caps=+dac_read_search");

  @TempDir Path temp;

  @BeforeEach
  void openToAnother() throws Exception {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  private List<String> run(List<String> before, String what) throws Exception {
    var jvm = SecondJvm.run(temp, before, SMALL, Exhausted.class, what);
    assertThat(jvm.code()).as("%s %s", jvm.out(), jvm.err()).isZero();
    return jvm.out();
  }

  @Test
  void withoutDescriptorsItSaysSoWhereverTheyRunOutAndWorksAgainLater() throws Exception {
    var lines = run(List.of(), "descriptors");
    assertThat(lines).startsWith("before code 0", "missing COMMAND_NOT_FOUND");
    assertThat(lines).endsWith("lost 0", "after code 0", "zombies []");
    var attempts = lines.subList(2, lines.size() - 3);
    assertThat(attempts)
        .hasSize(11)
        .allMatch(line ->
            line.matches(
                "\\d+ free: (code 0|RESOURCES_EXHAUSTED), first (code 0|RESOURCES_EXHAUSTED),"
                    + " later code 0, lost 0"));
    assertThat(attempts.getFirst())
        .contains("free: RESOURCES_EXHAUSTED, first RESOURCES_EXHAUSTED");
    assertThat(attempts.getLast()).contains("free: code 0, first code 0");
  }

  @Test
  void withoutProcessesItSaysSoAndWorksAgainLater() throws Exception {
    boolean root = System.getProperty("user.name").equals("root");
    assertThat(run(root ? AS_ANOTHER : List.of(), "processes"))
        .containsExactly(
            "before code 0",
            "missing COMMAND_NOT_FOUND",
            "without RESOURCES_EXHAUSTED",
            "lost 0",
            "after code 0",
            "zombies []");
  }

  @Test
  void withoutMemoryItSaysSoAndWorksAgainLater() throws Exception {
    assertThat(run(List.of(), "memory"))
        .containsExactly(
            "before code 0",
            "missing COMMAND_NOT_FOUND",
            "without RESOURCES_EXHAUSTED",
            "lost 0",
            "after code 0",
            "zombies []");
  }
}
