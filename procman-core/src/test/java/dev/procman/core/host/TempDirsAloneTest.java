package dev.procman.core.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ProcessId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TempDirsAloneTest {
  private final TempDirs dirs = new TempDirs(new ProcessId("web#1", 3), () -> new Unwritten());
  @TempDir Path temp;

  @AfterEach
  void deleteAll() {
    var _ = dirs.finish(false);
  }

  @Test
  void aNameIsOneDirectoryThatOnlyItsOwnerMayEnter() throws Exception {
    var data = dirs.get("data");
    assertThat(dirs.get("data")).isEqualTo(data);
    assertThat(dirs.get("other")).isNotEqualTo(data);
    assertThat(data).isDirectory();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
        .isEqualTo("rwx------");
    assertThat(data.getFileName().toString()).startsWith("procman-web_1_3-data-");
  }

  @Test
  void aStrangeNameStaysWithinTheTemporaryDirectory() {
    for (String name : new String[] {"../../etc", "/etc", "a/b", "", " ", "\0", "ü"}) {
      assertThat(dirs.get(name).getParent())
          .isEqualTo(Path.of(System.getProperty("java.io.tmpdir")));
    }
  }

  @Test
  void afterASuccessAllIsDeletedAndLinksAreNotFollowed() throws Exception {
    var outside = Files.writeString(temp.resolve("precious"), "x");
    var data = dirs.get("data");
    Files.createDirectories(data.resolve("a/b"));
    Files.writeString(data.resolve("a/b/file"), "x");
    Files.createSymbolicLink(data.resolve("file-link"), outside);
    Files.createSymbolicLink(data.resolve("directory-link"), temp);
    Files.createSymbolicLink(data.resolve("a/loop"), data);
    assertThat(dirs.finish(false)).isEmpty();
    assertThat(data).doesNotExist();
    assertThat(outside).hasContent("x");
  }

  @Test
  void afterAFailureAllIsKeptAndSaid() throws Exception {
    var data = dirs.get("data");
    var logs = dirs.get("logs");
    assertThat(dirs.finish(true)).containsExactly(data, logs);
    assertThat(data).isDirectory();
    // The next use makes others.
    assertThat(dirs.get("data")).isNotEqualTo(data);
    Files.delete(data);
    Files.delete(logs);
  }

  @Test
  void whatWasDeletedMeanwhileIsNoFailure() throws Exception {
    Files.delete(dirs.get("data"));
    assertThat(dirs.finish(false)).isEmpty();
  }

  private static final class Unwritten implements TempDirs.Journal {
    @Override
    public void made(Path directory) {}

    @Override
    public void gone(Path directory) {}
  }
}
