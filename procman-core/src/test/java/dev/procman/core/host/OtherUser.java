package dev.procman.core.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What another user does, as far as this one may show it: root acts as a user that has no name;
/// everybody else can only point at what is root's.
final class OtherUser {
  static final int UID = 54_321;
  static final boolean ROOT = System.getProperty("user.name").equals("root");

  private OtherUser() {}

  /// Runs a script, as another user if this one is root.
  static void run(String script, Path... arguments) throws Exception {
    var command = new ArrayList<String>();
    if (ROOT) {
      command.addAll(List.of("setpriv", "--reuid=" + UID, "--regid=" + UID, "--clear-groups"));
    }
    command.addAll(List.of("sh", "-ec", "umask 0; " + script, "other-user"));
    for (var argument : arguments) {
      command.add(argument.toString());
    }
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(said).isZero();
  }

  /// Makes a file, or a directory, another user's; for those who are not root, a link to one takes
  /// its place.
  static void give(Path file) throws Exception {
    if (ROOT) {
      assertThat(
              new ProcessBuilder("chown", "-h", UID + ":" + UID, file.toString()).start().waitFor())
          .isZero();
    } else {
      boolean directory = Files.isDirectory(file);
      Files.delete(file);
      Files.createSymbolicLink(file, Path.of(directory ? "/usr" : "/etc/passwd"));
    }
  }
}
