package dev.procman.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.ProcessSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Temporary directories of processes whose JVM was killed are deleted by the next manager; nothing
/// else is, whatever a file says.
class LeftDirectoriesTest extends HostTest {
  private final List<Path> made = new ArrayList<>();

  @AfterEach
  void deleteAll() throws IOException {
    for (var each : made) {
      if (Files.exists(each)) {
        TreeDeleter.delete(each);
      }
    }
  }

  private Path journal() {
    return state.resolve("ledgers").resolve("1-dead" + DirectoryLedger.SUFFIX);
  }

  private Path directory(String prefix) throws IOException {
    var directory = Files.createTempDirectory(temp, prefix);
    made.add(directory);
    Files.writeString(directory.resolve("file"), "x");
    return directory;
  }

  private static Object inode(Path file) throws IOException {
    return Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS);
  }

  private void sweep(Object inode, String path) throws IOException {
    var directory = StateDirectory.open(Optional.of(state));
    Files.writeString(journal(), "directories\nd " + inode + " " + path + "\n");
    DirectoryLedger.sweep(directory);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void thoseOfAKilledHostAreDeletedButNotWhatIsKeptAsEvidence(boolean guarded) throws Exception {
    try (var host = HostJvm.start(state, footprint, guarded)) {
      var answer = host.ask("data").split(" ", -1);
      var lives = Path.of(answer[1]);
      var failed = Path.of(answer[2]);
      made.addAll(List.of(lives, failed));
      assertThat(lives).isDirectory();
      await()
          .atMost(LIMIT)
          .untilAsserted(() -> {
            try (var files =
                Files.newDirectoryStream(state.resolve("ledgers"), "*" + DirectoryLedger.SUFFIX)) {
              assertThat(Files.readString(files.iterator().next()))
                  .contains(" " + lives + "\n", "- " + failed + "\n");
            }
          });
      // Not while it lives.
      nextManager().close();
      assertThat(lives).isDirectory();
      host.kill();
      var _ = host.awaitEnd();
      // The guard goes first, and where it is not done, the directory is for the next start.
      await()
          .atMost(LIMIT)
          .untilAsserted(() -> {
            nextManager().close();
            assertThat(lives).doesNotExist();
          });
      assertThat(failed).isDirectory();
      assertThat(state.resolve("ledgers")).isEmptyDirectory();
    }
  }

  @Test
  void oneThatWasWrittenDownIsDeletedWithoutFollowingLinks() throws Exception {
    var left = directory("procman-left-");
    var precious = Files.writeString(directory("other-").resolve("precious"), "kept");
    Files.createSymbolicLink(left.resolve("link"), precious.getParent());
    sweep(inode(left), left.toString());
    assertThat(left).doesNotExist();
    assertThat(precious).hasContent("kept");
    assertThat(journal()).doesNotExist();
  }

  @Test
  void anotherDirectoryOfTheSameNameIsSpared() throws Exception {
    var left = directory("procman-left-");
    sweep(inode(directory("procman-other-")), left.toString());
    assertThat(left.resolve("file")).hasContent("x");
  }

  @Test
  void oneThatHasNotTheNameOfATemporaryDirectoryIsSpared() throws Exception {
    var home = directory("home-");
    sweep(inode(home), home.toString());
    assertThat(home.resolve("file")).hasContent("x");
    var roundabout = Files.createDirectory(temp.resolve("procman-x"));
    sweep(inode(home), roundabout + "/../" + home.getFileName());
    assertThat(home.resolve("file")).hasContent("x");
  }

  @Test
  void aLinkInItsPlaceIsSparedAndNotFollowed() throws Exception {
    var target = directory("procman-target-");
    var link = Files.createSymbolicLink(temp.resolve("procman-link"), target);
    sweep(inode(target), link.toString());
    sweep(inode(link), link.toString());
    assertThat(target.resolve("file")).hasContent("x");
    assertThat(link).isSymbolicLink();
  }

  @Test
  void oneOfAnotherUserIsSpared() throws Exception {
    var foreign = directory("procman-foreign-");
    OtherUser.give(foreign);
    sweep(inode(foreign), foreign.toString());
    assertThat(Files.exists(foreign, LinkOption.NOFOLLOW_LINKS)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"d", "d 1", "d x y", "d 1 ", "d 1 \0", "d 1 relative", "d 1 /"})
  void aTornLineHarmsNobody(String line) throws Exception {
    var directory = StateDirectory.open(Optional.of(state));
    var left = directory("procman-left-");
    Files.writeString(journal(), "directories\n" + line + "\nd " + inode(left) + " " + left + "\n");
    DirectoryLedger.sweep(directory);
    assertThat(left).doesNotExist();
  }

  @Test
  void aDirectoryThatIsUsedAgainAfterAFailureIsWrittenDownAgain() throws Exception {
    var again = temp.resolve("again");
    try (var manager = nextManager()) {
      var process =
          manager.start(
              ProcessSpec.named("db")
                  .shell("echo \"${data.d}\"; [ -e " + again + " ] || exit 3; exec sleep 1000")
                  .build());
      process.awaitExit(LIMIT);
      var data = Path.of(process.output().lines().getFirst().text());
      made.add(data);
      var lines =
          await()
              .atMost(LIMIT)
              .until(() -> journalOf(state), text -> text.endsWith("- " + data + "\n"));
      var entry = "d " + inode(data) + " " + data + "\n";
      assertThat(lines).contains(entry);
      Files.createFile(again);
      process.start();
      await().atMost(LIMIT).until(() -> journalOf(state), text -> text.endsWith(entry));
      process.stop();
    }
  }

  private static String journalOf(Path state) throws IOException {
    try (var files =
        Files.newDirectoryStream(state.resolve("ledgers"), "*" + DirectoryLedger.SUFFIX)) {
      return Files.readString(files.iterator().next());
    }
  }
}
