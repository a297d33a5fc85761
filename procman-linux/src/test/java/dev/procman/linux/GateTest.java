package dev.procman.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.procman.LaunchException;
import dev.procman.LaunchException.Reason;
import java.io.UncheckedIOException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is left when something fails while a child is held back.
class GateTest {
  @TempDir Path temp;

  private LaunchException refused(BeforeProgram step) {
    var request =
        Launches.request(
            Optional.empty(), Map.of(), "/bin/sh", "-c", "echo ran > " + temp.resolve("ran"));
    return catchThrowableOfType(
        LaunchException.class,
        () -> Spawner.spawn(request, new Given(Map.of(), Set.of(), List.of()), List.of(step)));
  }

  private static List<String> gates() throws IOException {
    try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(
              name -> name.matches("procman-\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}"))
          .toList();
    }
  }

  @Test
  void whateverAStepFailsWithTheProgramNeverRunsAndNothingIsLeft() throws Exception {
    var before = gates();
    int descriptors = Launches.descriptors();
    var fault =
        refused(pid -> {
          throw new IllegalStateException("a fault");
        });
    assertThat(fault.reason()).isEqualTo(Reason.PREPARATION_FAILED);
    assertThat(fault).hasMessageContaining("a fault");
    var exhausted =
        refused(pid -> {
          throw new UncheckedIOException("no descriptors", new IOException());
        });
    assertThat(exhausted.reason()).isEqualTo(Reason.RESOURCES_EXHAUSTED);
    assertThat(temp.resolve("ran")).doesNotExist();
    assertThat(Launches.descriptors()).isEqualTo(descriptors);
    assertThat(Launches.zombies()).isEmpty();
    assertThat(gates()).isSubsetOf(before);
  }

  @Test
  void aFifoThatCannotBeMadeIsNotTakenForAProgramThatIsMissing() throws Exception {
    String old = System.getProperty("java.io.tmpdir");
    System.setProperty("java.io.tmpdir", temp.resolve("missing").toString());
    try {
      var refused = refused(pid -> Map.of());
      assertThat(refused.reason()).isEqualTo(Reason.PREPARATION_FAILED);
      assertThat(refused).hasMessageContaining("java.io.tmpdir");
    } finally {
      System.setProperty("java.io.tmpdir", old);
    }
  }
}
