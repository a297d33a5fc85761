package dev.procman.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.procman.LaunchException;
import dev.procman.LaunchException.Reason;
import dev.procman.spi.LaunchRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A launch that fails says why, and leaves nothing.
class FailedLaunchTest {
  @TempDir Path temp;

  private final Launches launches = new Launches();
  private final Launches.Told told = new Launches.Told();
  private int descriptors;

  @BeforeEach
  void begin() throws Exception {
    Launches.runOnce(launches.launcher, "/bin/true");
    descriptors = Launches.descriptors();
  }

  @AfterEach
  void close() {
    assertThat(Launches.descriptors()).isLessThanOrEqualTo(descriptors);
    assertThat(Launches.zombies()).isEmpty();
    assertThat(told.exit).isNotDone();
    assertThat(told.drained).isNotDone();
    launches.close();
  }

  private void fails(Reason reason, String words, LaunchRequest request) {
    var failure = catchThrowableOfType(LaunchException.class, () -> launches.launch(told, request));
    assertThat(failure).as(words).isNotNull();
    assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(reason);
    assertThat(failure).hasMessageContaining(words);
  }

  private void fails(Reason reason, String words, String... command) {
    fails(reason, words, Launches.request(Optional.empty(), Map.of(), command));
  }

  private Path file(String name, String text, String permissions) throws Exception {
    var file = Files.writeString(temp.resolve(name), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  @Test
  void aMissingProgram() {
    fails(Reason.COMMAND_NOT_FOUND, "PATH", "no-such-program");
    fails(Reason.COMMAND_NOT_FOUND, "no such file", "/no/such/program");
    fails(Reason.COMMAND_NOT_FOUND, "no such file", "./no-such-program");
    fails(Reason.COMMAND_NOT_FOUND, "PATH", "");
    fails(
        Reason.COMMAND_NOT_FOUND,
        "/no/such",
        Launches.request(Optional.empty(), Map.of("PATH", "/no/such"), "true"));
  }

  @Test
  void aProgramThatMayNotBeExecuted() throws Exception {
    var plain = file("plain", "text", "rw-------");
    fails(Reason.NOT_EXECUTABLE, "chmod", plain.toString());
    fails(Reason.NOT_EXECUTABLE, "chmod", temp.toString());
    fails(
        Reason.NOT_EXECUTABLE,
        "chmod",
        Launches.request(Optional.empty(), Map.of("PATH", temp.toString()), "plain"));
  }

  @Test
  void aProgramWhoseInterpreterIsMissing() throws Exception {
    var script = file("script", "#!/no/such/interpreter\n", "rwx------");
    fails(Reason.COMMAND_NOT_FOUND, "interpreter", script.toString());
  }

  @Test
  void aMissingDirectoryAndOneThatIsNone() throws Exception {
    var plain = file("plain", "text", "rw-------");
    UnaryOperator<Path> in = temp::resolve;
    fails(
        Reason.BAD_DIRECTORY,
        "does not exist",
        Launches.request(Optional.of(in.apply(Path.of("gone"))), Map.of(), "/bin/true"));
    fails(
        Reason.BAD_DIRECTORY,
        "is not a directory",
        Launches.request(Optional.of(plain), Map.of(), "/bin/true"));
  }

  @Test
  void aNulInAnArgumentOrAVariable() {
    fails(Reason.OTHER, "NUL", "/bin/echo", "a\0b");
    fails(Reason.OTHER, "NUL", "/bin/e\0cho");
    var twoNames = Map.of("A\0B", "");
    fails(Reason.OTHER, "NUL", Launches.request(Optional.empty(), twoNames, "/bin/true"));
    var noName = Map.of("", "x");
    fails(Reason.OTHER, "no name", Launches.request(Optional.empty(), noName, "/bin/true"));
    var secret = Map.of("A", "hunter\0two");
    fails(Reason.OTHER, "value of A", Launches.request(Optional.empty(), secret, "/bin/true"));
  }

  @Test
  void anArgumentThatIsTooLong() throws Exception {
    fails(Reason.ARGUMENTS_TOO_LONG, "131071", "/bin/true", "x".repeat(131_072));
    var long_ = Map.of("A", "x".repeat(131_072));
    fails(
        Reason.ARGUMENTS_TOO_LONG,
        "131071",
        Launches.request(Optional.empty(), long_, "/bin/true"));
    assertThat(Launches.runOnce(launches.launcher, "/bin/true", "x".repeat(131_071))).isZero();
  }

  @Test
  void aDirectoryThatComesAndGoesWhileChildrenAreStartedInIt() throws Exception {
    var directory = Files.createDirectory(temp.resolve("flickering"));
    var other = temp.resolve("aside");
    var over = new java.util.concurrent.atomic.AtomicBoolean();
    var mover =
        Thread.ofPlatform()
            .start(() -> {
              while (!over.get()) {
                if (!directory.toFile().renameTo(other.toFile())
                    || !other.toFile().renameTo(directory.toFile())) {
                  over.set(true);
                }
              }
            });
    try {
      int failed = 0;
      for (int i = 0; i < 300; i++) {
        try {
          var own = new Launches.Told();
          var process =
              launches.launch(own, Launches.request(Optional.of(directory), Map.of(), "/bin/true"));
          assertThat(own.code()).isZero();
          Launches.soon().until(() -> process.tree().isEmpty());
        } catch (LaunchException gone) {
          failed++;
          // It may be back before it is looked for.
          assertThat(gone.reason()).isIn(Reason.BAD_DIRECTORY, Reason.COMMAND_NOT_FOUND);
        }
      }
      assertThat(failed).isPositive();
    } finally {
      over.set(true);
      mover.join();
    }
  }
}
