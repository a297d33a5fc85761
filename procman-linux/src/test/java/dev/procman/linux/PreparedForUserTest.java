package dev.procman.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.LaunchException;
import dev.procman.LaunchSettings;
import dev.procman.ManagedProcess;
import dev.procman.OutputLine;
import dev.procman.OutputSettings;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.RotatingFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is prepared for a process belongs to the user that it runs as.
class PreparedForUserTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String USER = "procman" + ProcessHandle.current().pid();

  @TempDir Path temp;
  private Path home;
  private Path secret;

  private final ProcessManager manager =
      ProcessManager.builder().launcher(new LinuxLauncher()).build();

  @BeforeAll
  static void makeTheUser() throws Exception {
    run("useradd", "--system", "--no-create-home", "--shell", "/bin/sh", USER);
  }

  @AfterAll
  static void removeTheUser() throws Exception {
    run("userdel", USER);
  }

  private static void run(String... command) throws Exception {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  @BeforeEach
  void makeAHome() throws Exception {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
    home = Files.createDirectory(temp.resolve("home"));
    secret = Files.createDirectory(temp.resolve("secret"));
    Files.writeString(secret.resolve("file"), "root's own");
    run("chown", USER, home.toString());
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static ProcessSpec.Builder script(String name, String script) {
    return ProcessSpec.named(name).shell(script).launch(LaunchSettings.ofDefaults().user(USER));
  }

  private static List<String> lines(ManagedProcess process) throws Exception {
    var report = process.awaitExit(LIMIT);
    var lines = process.output().lines().stream().map(OutputLine::text).toList();
    assertThat(report.success()).as("%s: %s", report.describe(), lines).isTrue();
    return lines;
  }

  private static String owner(Path file) throws IOException {
    return Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).getName();
  }

  @Test
  void itReadsItsFilesAndWritesToItsDirectories() throws Exception {
    var process =
        manager.start(
            script(
                    "app",
                    "id -un; cat conf.d/app.conf; echo >> conf.d/app.conf;"
                        + " touch conf.d/new ${dir.other}/a ${data.rows}/b && echo all written;"
                        + " stat -c '%U %a' . conf.d conf.d/app.conf ${data.rows}")
                .directory("${dir.work}")
                .file("conf.d/app.conf", "hello\n")
                .build());
    assertThat(lines(process))
        .containsExactly(
            USER,
            "hello",
            "all written",
            USER + " 700",
            USER + " 755",
            USER + " 600",
            USER + " 700");
  }

  @Test
  void aDirectoryOfAllGenerationsIsGivenWhenAnotherUserRunsThem() throws Exception {
    var process =
        manager.start(
            ProcessSpec.named("app")
                .shell("touch ${data.rows}/one; stat -c %U ${data.rows}")
                .build());
    assertThat(lines(process)).containsExactly("root");
    process.update(script("app", "touch ${data.rows}/two; stat -c %U ${data.rows}").build());
    process.start();
    assertThat(lines(process)).containsExactly("root", USER);
  }

  @Test
  void itsLogFilesAreItsOwnUnlessTheySayWhose() throws Exception {
    var log = temp.resolve("logs/app.log");
    var said = temp.resolve("roots.log");
    var process =
        manager.start(
            script("app", "echo one; exec sleep 1000")
                .output(
                    OutputSettings.ofDefaults()
                        .toFile(RotatingFile.at(log))
                        .toFile(RotatingFile.at(said).owner("root")))
                .build());
    await().atMost(LIMIT).until(() -> Files.exists(log) && Files.exists(said));
    process.remove();
    assertThat(owner(log)).isEqualTo(USER);
    assertThat(owner(log.getParent())).isEqualTo(USER);
    assertThat(owner(said)).isEqualTo("root");
  }

  @Test
  void aLinkInTheUsersDirectoryLeadsNowhereElse() throws Exception {
    Files.createSymbolicLink(home.resolve("conf.d"), secret);
    var through =
        manager.start(
            script("through", "true").directory(home).file("conf.d/app.conf", "planted").build());
    assertThatThrownBy(() -> through.awaitReady(LIMIT))
        .hasRootCauseInstanceOf(java.nio.file.FileSystemException.class)
        .hasMessageContaining(home.resolve("conf.d").toString());
    assertThat(secret.resolve("app.conf")).doesNotExist();

    Files.createSymbolicLink(home.resolve("app.conf"), secret.resolve("file"));
    var over =
        manager.start(
            script("over", "cat app.conf").directory(home).file("app.conf", "new\n").build());
    assertThat(lines(over)).containsExactly("new");
    assertThat(secret.resolve("file")).hasContent("root's own");
    assertThat(owner(secret.resolve("file"))).isEqualTo("root");
    assertThat(Files.isRegularFile(home.resolve("app.conf"), LinkOption.NOFOLLOW_LINKS)).isTrue();
  }

  @Test
  void aUserWhoIsAtWorkInTheDirectoryIsGivenNothingElse() throws Exception {
    var attack =
        "while :; do ln -sf %1$s/file app.conf; rm -rf sub; ln -s %1$s sub; rm -f sub; mkdir -p sub;"
            + " for d in .procman-*; do mv -T \"$d\" moved; ln -s %1$s \"$d\"; rm -rf moved \"$d\"; done;"
            + " done 2>/dev/null";
    var attacker =
        manager.start(script("attacker", attack.formatted(secret)).directory(home).build());
    attacker.awaitReady(LIMIT);
    for (int run = 0; run < 60; run++) {
      var process =
          manager.start(
              script("victim" + run, "true")
                  .directory(home)
                  .file("app.conf", "new\n")
                  .file("sub/app.conf", "new\n")
                  .build());
      var _ = process.awaitExit(LIMIT);
      process.remove();
    }
    attacker.remove();
    assertThat(owner(secret)).isEqualTo("root");
    assertThat(owner(secret.resolve("file"))).isEqualTo("root");
    try (var files = Files.list(secret)) {
      assertThat(files).containsExactly(secret.resolve("file"));
    }
    assertThat(secret.resolve("file")).hasContent("root's own");
  }

  @Test
  void aWorkingDirectoryThatTheUserCannotReachIsBlamed() throws Exception {
    var closed = Files.createDirectory(secret.resolve("work"));
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rwx------"));
    var process = manager.start(script("app", "true").directory(closed).build());
    assertThatThrownBy(() -> process.awaitReady(LIMIT))
        .hasMessageContainingAll(
            "working directory '" + closed + "'",
            "user '" + USER + "'",
            secret + " is closed to it")
        .cause()
        .isInstanceOfSatisfying(
            LaunchException.class,
            cause -> assertThat(cause.reason()).isEqualTo(LaunchException.Reason.BAD_DIRECTORY));
  }
}
