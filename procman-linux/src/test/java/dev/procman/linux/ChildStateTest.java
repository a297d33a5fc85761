package dev.procman.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import dev.procman.proc.ProcFs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a child begins with.
class ChildStateTest {
  @TempDir Path temp;

  private final Launches launches = new Launches();

  @AfterEach
  void close() {
    launches.close();
  }

  @Test
  void noSignalIsIgnoredOrBlockedWhateverThisJvmHasMadeOfThem() throws Exception {
    // This JVM itself handles or ignores some: that of broken pipes at least.
    assertThat(Files.readAllLines(Path.of("/proc/self/status")))
        .noneMatch(line -> line.matches("SigCgt:\\s0+"));
    assertThat(launches.output("/bin/grep", "-E", "^Sig(Blk|Ign):", "/proc/self/status").lines())
        .containsExactly("SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000");
  }

  @Test
  void itLeadsASessionAndAGroupOfItsOwn() throws Exception {
    var words =
        launches.output("/bin/sh", "-c", "echo $$; cut -d ' ' -f 5,6 /proc/$$/stat").split("\\s+");
    assertThat(words[1]).isEqualTo(words[0]);
    assertThat(words[2]).isEqualTo(words[0]);
  }

  @Test
  void argumentsAndEnvironmentArriveAsTheyAre() throws Exception {
    var request =
        Launches.request(
            Optional.empty(),
            Map.of("EMPTY", "", "ODD", "a=b\n\"c\" $d ü"),
            "/bin/sh",
            "-c",
            "printf '[%s]' \"$@\" \"$EMPTY\" \"$ODD\"",
            "sh",
            "",
            "two words",
            "-n",
            "'");
    assertThat(launches.output(request)).isEqualTo("[][two words][-n]['][][a=b\n\"c\" $d ü]");
  }

  @Test
  void aCommandIsLookedForOnThePathOfTheChildAndSeenFromItsDirectory() throws Exception {
    program(temp.resolve("absolute/tool"), "absolute");
    program(temp.resolve("here/bin/tool"), "relative");
    program(temp.resolve("here/tool"), "beside");
    var here = Optional.of(temp.resolve("here"));
    var paths =
        Map.of(
            temp.resolve("absolute") + ":/bin",
            "absolute",
            "no-such:bin:/bin",
            "relative",
            ":/bin",
            "beside",
            "/bin:",
            "beside",
            "/bin::" + temp.resolve("absolute"),
            "beside");
    for (var path : paths.entrySet()) {
      assertThat(launches.output(Launches.request(here, Map.of("PATH", path.getKey()), "tool")))
          .as(path.getKey())
          .isEqualTo(path.getValue() + "\n");
    }
  }

  @Test
  void whatMayNotBeExecutedIsPassedOverForWhatMay() throws Exception {
    Files.createDirectories(temp.resolve("first"));
    Files.writeString(temp.resolve("first/tool"), "not a program");
    Files.createDirectories(temp.resolve("directory/tool"));
    program(temp.resolve("second/tool"), "second");
    var path =
        temp.resolve("first") + ":" + temp.resolve("directory") + ":" + temp.resolve("second");
    var request = Launches.request(Optional.empty(), Map.of("PATH", path), "tool");
    assertThat(launches.output(request)).isEqualTo("second\n");
  }

  @Test
  void itsProgramIsFoundFromItsDirectory() throws Exception {
    program(temp.resolve("here/tool"), "here");
    var request = Launches.request(Optional.of(temp.resolve("here")), Map.of(), "./tool");
    assertThat(launches.output(request)).isEqualTo("here\n");
  }

  @Test
  void aScriptWithoutAFirstLineForItIsOneForTheShell() throws Exception {
    var script = temp.resolve("script");
    Files.writeString(script, "echo \"$0 $1\"\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    assertThat(launches.output(script.toString(), "one")).isEqualTo(script + " one\n");
  }

  @Tag("long")
  @Test
  void childrenThatEndDuringTheirLaunchAreAllToldOf() throws Exception {
    for (int i = 0; i < 300; i++) {
      var told = new Launches.Told();
      var process = launches.launch(told, "/bin/false");
      assertThat(told.code()).isEqualTo(1);
      assertThat(process.isAlive()).isFalse();
      assertThat(ProcFs.isAlive(process.pid(), 0)).isFalse();
    }
  }

  private static void program(Path file, String says) throws Exception {
    Files.createDirectories(file.getParent());
    Files.write(file, List.of("#!/bin/sh", "echo " + says));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }
}
