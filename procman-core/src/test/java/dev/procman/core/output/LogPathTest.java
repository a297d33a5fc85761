package dev.procman.core.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which links lead to a log file.
class LogPathTest {
  @TempDir Path temp;
  private Path directory;
  private Path secret;

  @BeforeEach
  void makeFiles() throws IOException {
    directory = Files.createDirectory(temp.toRealPath().resolve("logs"));
    secret = Files.writeString(directory.resolveSibling("secret"), "original");
    Files.createSymbolicLink(directory.resolve("app.log"), secret);
    Files.createSymbolicLink(directory.resolve("up"), temp.toRealPath());
  }

  private void mode(int bits) throws IOException {
    Files.setAttribute(directory, "unix:mode", bits);
  }

  @Test
  void aLinkOfThisUserIsFollowed() throws IOException {
    for (int bits : new int[] {0700, 0755, 01777}) {
      mode(bits);
      assertThat(LogPath.of(directory.resolve("app.log")).real()).isEqualTo(secret);
      assertThat(LogPath.of(directory.resolve("up").resolve("new.log")).real())
          .isEqualTo(temp.toRealPath().resolve("new.log"));
    }
  }

  @Test
  void aLinkThatOthersCanChangeIsNot() throws IOException {
    for (int bits : new int[] {0777, 0770}) {
      mode(bits);
      for (var link : new String[] {"app.log", "up/new.log"}) {
        assertThatThrownBy(() -> LogPath.of(directory.resolve(link)))
            .isInstanceOf(FileSystemException.class)
            .hasMessageContaining("a link that another user can change");
      }
    }
  }

  @Test
  void aFileInADirectoryThatOthersCanChangeIsWrittenTo() throws IOException {
    mode(0777);
    var file = directory.resolve("plain.log");
    assertThat(LogPath.of(file).real()).isEqualTo(file);
  }
}
