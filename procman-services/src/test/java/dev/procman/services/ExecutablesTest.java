package dev.procman.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.procman.LaunchException;
import dev.procman.OutputLine;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ExecutablesTest extends ServiceTest {

  /// Says where programs are.
  static final class Finder {
    private Finder() {}

    public static void main(String[] names) {
      for (String name : names) {
        System.out.println(Executables.find(name).map(Path::toString).orElse("none"));
      }
    }
  }

  @Test
  void aProgramIsFoundOnThePathFirst() throws Exception {
    var own = Files.createFile(temp.resolve("postgres")).toFile();
    assertThat(own.setExecutable(true)).isTrue();
    Files.createFile(temp.resolve("nginx"));
    var process =
        manager.start(
            JavaProcess.of(Finder.class)
                .arguments("postgres", "nginx", "no-such-program", "/bin/sh", "/bin")
                .named("finder")
                .env("PATH", "::/no/such:" + temp)
                .build());
    assertThat(process.awaitExit(LIMIT).success()).isTrue();
    var said = process.output().lines().stream().map(OutputLine::text).toList();
    assertThat(said).hasSize(5);
    assertThat(said.get(0)).isEqualTo(own.toString());
    // The one on the path is no program, so it is that of a usual place.
    assertThat(said.get(1)).endsWith("/nginx").doesNotStartWith(temp.toString());
    assertThat(said.subList(2, 5)).containsExactly("none", "/bin/sh", "none");
  }

  @Test
  void ofSeveralVersionsTheNewestComesFirst() throws Exception {
    for (String version : new String[] {"9.6", "15", "10", "lts"}) {
      Files.createDirectories(temp.resolve("postgresql/" + version + "/bin"));
    }
    assertThat(Executables.expand(temp.resolve("postgresql/*/bin")))
        .extracting(path -> path.getParent().getFileName().toString())
        .containsExactly("15", "10", "9.6", "lts");
    assertThat(Executables.expand(temp.resolve("nothing/*/bin"))).isEmpty();
  }

  @Test
  void aMissingProgramNamesWherePeopleGetIt() {
    assertThatThrownBy(() -> Executables.require("no-such-program", "some-package"))
        .isInstanceOfSatisfying(
            LaunchException.class,
            missing ->
                assertThat(missing.reason()).isEqualTo(LaunchException.Reason.COMMAND_NOT_FOUND))
        .hasMessageContainingAll(
            "'no-such-program'",
            "PATH",
            "/usr/lib/postgresql/*/bin",
            "apt-get install some-package");
  }
}
