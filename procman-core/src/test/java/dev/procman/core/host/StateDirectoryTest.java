package dev.procman.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.procman.InvalidSpecException;
import dev.procman.LaunchException;
import dev.procman.ProcessManager;
import dev.procman.ProcessNotReadyException;
import dev.procman.core.scenario.ProcessSpecs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// State directories that cannot be used are refused with a reason.
class StateDirectoryTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path temp;

  private static void assertRefused(Path directory, String reason) {
    assertThatThrownBy(() -> ProcessManager.builder().stateDirectory(directory).build())
        .isInstanceOfSatisfying(
            InvalidSpecException.class,
            refused -> assertThat(refused.field()).isEqualTo("manager.stateDirectory"))
        .hasMessageContaining(directory.getFileName().toString())
        .hasMessageContaining("another")
        .hasMessageContaining(reason);
  }

  @Test
  void oneThatIsAFileIsRefused() throws Exception {
    assertRefused(Files.writeString(temp.resolve("file"), "text"), "FileAlreadyExists");
  }

  @Test
  void oneBelowAFileIsRefused() throws Exception {
    var file = Files.writeString(temp.resolve("file"), "text");
    assertRefused(file.resolve("state"), "make it writable");
  }

  @Test
  void oneThatNobodyMayMakeIsRefused() {
    assertRefused(Path.of("/proc/procman"), "make it writable");
  }

  @Test
  void oneThatNobodyMayWriteToIsRefused() {
    // Of this user, and not even root may make files there.
    assertRefused(Path.of("/proc/self/task"), "make it writable");
  }

  @Test
  void oneOfAnotherUserIsRefused() throws Exception {
    assertRefused(ofAnotherUser(), "it belongs to user");
  }

  @Test
  void aLinkToOneOfAnotherUserIsRefused() throws Exception {
    var link = Files.createSymbolicLink(temp.resolve("link"), ofAnotherUser());
    assertThatThrownBy(() -> ProcessManager.builder().stateDirectory(link).build())
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("it belongs to user");
  }

  /// Only root can give a directory away; for everybody else, those of root are another's.
  private Path ofAnotherUser() throws Exception {
    if (!System.getProperty("user.name").equals("root")) {
      return Path.of("/usr");
    }
    var directory = Files.createDirectory(temp.resolve("others"));
    assertThat(new ProcessBuilder("chown", "65534", directory.toString()).start().waitFor())
        .isZero();
    return directory;
  }

  @Test
  void aNewOneIsForThisUserOnly() throws Exception {
    var directory = temp.resolve("deep").resolve("state");
    try (var _ = ProcessManager.builder().stateDirectory(directory).build()) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void oneThatCannotBeUsedFailsTheStartAndComesToWorkWhenItCan() throws Exception {
    var directory = temp.resolve("state");
    try (var manager = ProcessManager.builder().stateDirectory(directory).build()) {
      Files.delete(directory.resolve("ledgers"));
      var obstacle = Files.createFile(directory.resolve("ledgers"));
      var process = manager.start(ProcessSpecs.sleeper("early").build());
      assertThatThrownBy(() -> process.awaitReady(LIMIT))
          .isInstanceOf(ProcessNotReadyException.class)
          .hasMessageContaining("ledger")
          .cause()
          .isInstanceOf(LaunchException.class);
      assertThat(process.pid()).isEmpty();
      Files.delete(obstacle);
      process.start();
      process.awaitReady(LIMIT);
    }
  }
}
