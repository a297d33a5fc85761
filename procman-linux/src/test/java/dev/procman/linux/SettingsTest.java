package dev.procman.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.procman.ExitReport;
import dev.procman.IoPriority.Group;
import dev.procman.LaunchException;
import dev.procman.LaunchSettings;
import dev.procman.LaunchSettings.Session;
import dev.procman.OutputLine;
import dev.procman.ProcessManager;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessSpec;
import dev.procman.Rlimit;
import dev.procman.TerminalSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is settled before the first instruction of a program.
class SettingsTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path temp;

  private final ProcessManager manager =
      ProcessManager.builder().launcher(new LinuxLauncher()).build();

  @AfterEach
  void close() {
    manager.close();
  }

  private List<String> lines(LaunchSettings settings, String... command) throws Exception {
    return lines(settings, spec -> spec, command);
  }

  private List<String> lines(
      LaunchSettings settings, UnaryOperator<ProcessSpec.Builder> more, String... command)
      throws Exception {
    var process =
        manager.start(
            more.apply(ProcessSpec.named("settled").command(command).launch(settings)).build());
    ExitReport report = process.awaitExit(LIMIT);
    var lines = process.output().lines().stream().map(OutputLine::text).toList();
    assertThat(report.success()).as("%s: %s", report.describe(), lines).isTrue();
    process.remove();
    return lines;
  }

  private static LaunchSettings settings() {
    return LaunchSettings.ofDefaults();
  }

  private static String status(String field) {
    return "sed -n 's/^" + field + ":\\s*//p' /proc/self/status";
  }

  @Test
  void theKernelsLimitsHoldFromTheStart() throws Exception {
    var settings =
        settings()
            .rlimit(Rlimit.NOFILE, new Rlimit.Range(64, 128))
            .rlimit(Rlimit.CORE, 0)
            .rlimit(Rlimit.FSIZE, Rlimit.UNLIMITED);
    assertThat(
            lines(
                settings,
                "/bin/sh",
                "-c",
                "ulimit -n; ulimit -Hn; ulimit -c; ulimit -f; exec sh -c 'ulimit -n'"))
        .containsExactly("64", "128", "0", "unlimited", "64");
  }

  @Test
  void theUsualLimitOfDescriptorsIsGivenBackAndTheProgramMayRaiseIt() throws Exception {
    var inherited = lines(settings(), "/bin/sh", "-c", "ulimit -n; ulimit -Hn");
    assertThat(inherited.getFirst()).isEqualTo(inherited.getLast());
    assertThat(
            lines(
                settings().softRlimit(Rlimit.NOFILE, 256),
                "/bin/sh",
                "-c",
                "ulimit -n; ulimit -Hn; ulimit -Sn 300; ulimit -n"))
        .containsExactly("256", inherited.getLast(), "300");
  }

  @Test
  void aLimitEndsWhatExceedsIt() throws Exception {
    var process =
        manager.start(
            ProcessSpec.named("writer")
                .command("/bin/sh", "-c", "exec head -c 100000 /dev/zero > " + temp.resolve("big"))
                .launch(settings().rlimit(Rlimit.FSIZE, 4096))
                .build());
    assertThat(process.awaitExit(LIMIT).status().orElseThrow().describe())
        .isEqualTo("signal XFSZ (25)");
    assertThat(temp.resolve("big")).hasSize(4096);
  }

  @Test
  void nicenessProcessorsAndDiskPriorityAreSet() throws Exception {
    var settings = settings().nice(7).cpus(0).ioPriority(Group.BEST_EFFORT, 6);
    assertThat(
            lines(
                settings, "/bin/sh", "-c", "nice; ionice -p $$$$; " + status("Cpus_allowed_list")))
        .containsExactly("7", "best-effort: prio 6", "0");
  }

  @Test
  void whatTheKernelRefusesIsSaidAndTheProgramNeverRuns() {
    var file = temp.resolve("ran");
    var process =
        manager.register(
            ProcessSpec.named("nowhere")
                .command("/usr/bin/touch", file.toString())
                .launch(settings().cpus(8000))
                .build());
    process.start();
    assertThatThrownBy(() -> process.awaitReady(LIMIT))
        .isInstanceOf(ProcessNotReadyException.class)
        .hasMessageContaining("launch.cpus [8000]");
    assertThat(file).doesNotExist();
    assertNoChildren();
  }

  private static void assertNoChildren() {
    assertThat(
            ProcessHandle.current()
                .children()
                .filter(child -> {
                  var name = child.info().command().orElse("");
                  return name.endsWith("touch");
                }))
        .isEmpty();
  }

  @Test
  void theUmaskIsTheChildsAlone() throws Exception {
    var file = temp.resolve("made");
    lines(settings().umask(0077), "/usr/bin/touch", file.toString());
    assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    var own = Files.createFile(temp.resolve("own"));
    assertThat(Files.getPosixFilePermissions(own)).hasSizeGreaterThan(2);
  }

  @Test
  void anotherUserHasItsGroupsAndHome() throws Exception {
    assertThat(
            lines(
                settings().user("nobody"),
                "/bin/sh",
                "-c",
                "id -un; id -gn; id -Gn; echo $USER $LOGNAME $HOME; " + status("CapEff")))
        .containsExactly(
            "nobody", "nogroup", "nogroup", "nobody nobody /nonexistent", "0000000000000000");
    assertThat(lines(settings().user("nobody").group("daemon"), "/bin/sh", "-c", "id -u; id -gn"))
        .containsExactly("65534", "daemon");
    assertThat(lines(settings().user("12345").group("54321"), "/bin/sh", "-c", "id -u; id -G"))
        .containsExactly("12345", "54321");
    // This JVM is what it was.
    assertThat(Files.readString(Path.of("/proc/self/status"))).containsPattern("Uid:\\s+0\\s+0");
    assertThat(Files.getOwner(Path.of("/proc/self/environ")).getName()).isEqualTo("root");
  }

  @Test
  void aVariableThatTheSpecificationSetsIsKeptForAnotherUser() throws Exception {
    assertThat(
            lines(
                settings().user("nobody"),
                spec -> spec.env("HOME", "/else"),
                "/bin/sh",
                "-c",
                "echo $HOME"))
        .containsExactly("/else");
  }

  @Test
  void anUnknownUserOrGroupIsNamed() {
    for (var broken :
        List.of(
            settings().user("no-such-user"),
            settings().group("no-such-group"),
            settings().user("12345"))) {
      var process =
          manager.register(
              ProcessSpec.named("stranger").command("/bin/true").launch(broken).build());
      process.start();
      assertThatThrownBy(() -> process.awaitReady(LIMIT))
          .hasMessageContaining(broken.user().or(broken::group).orElseThrow());
      process.remove();
    }
  }

  @Test
  void whatAnotherUserMayNotExecuteIsSaid() throws Exception {
    var script = Files.writeString(temp.resolve("own.sh"), "#!/bin/sh\nexit 0\n");
    Files.setPosixFilePermissions(
        script, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
    Files.setPosixFilePermissions(
        temp, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    var process =
        manager.register(
            ProcessSpec.named("mine")
                .command(script.toString())
                .launch(settings().user("nobody"))
                .build());
    process.start();
    assertThatThrownBy(() -> process.awaitReady(LIMIT))
        .isInstanceOf(ProcessNotReadyException.class)
        .hasMessageContaining("may not be executed")
        .hasRootCauseInstanceOf(LaunchException.class);
  }

  @Test
  void theSessionIsItsOwnOrThisOne() throws Exception {
    String ids = "echo $(ps -o pid=,pgid=,sid= -p $$$$)";
    var own = lines(settings(), "/bin/sh", "-c", ids).getFirst().split(" ");
    assertThat(own[1]).isEqualTo(own[0]);
    assertThat(own[2]).isEqualTo(own[0]);
    var here = lines(settings().session(Session.INHERITED), "/bin/sh", "-c", ids);
    var shared = here.getFirst().split(" ");
    assertThat(shared[2]).isNotEqualTo(shared[0]);
  }

  @Test
  void aTerminalMakesAProgramPrintLineByLine() throws Exception {
    var settings = settings().terminal(new TerminalSize(33, 101));
    assertThat(
            lines(
                settings,
                "/bin/sh",
                "-c",
                "tty -s && echo terminal; [ -t 1 ] && [ -t 2 ] && echo all; stty size; echo err"
                    + " >&2; ps -o tty= -p $$$$ | grep -q pts && echo controlling"))
        .containsExactly("terminal", "all", "33 101", "err", "controlling");
  }

  @Test
  void whatIsWrittenToATerminalIsReadAndDoesNotComeBack() throws Exception {
    var process =
        manager.start(
            ProcessSpec.named("reader")
                .command("/bin/sh", "-c", "while read line; do echo got $line; done; echo end")
                .launch(settings().terminal(TerminalSize.ofDefaults()))
                .build());
    process.input().write("one\n");
    process.input().write("two\n");
    process.input().close();
    assertThat(process.awaitExit(LIMIT).success()).isTrue();
    assertThat(process.output().lines().stream().map(OutputLine::text))
        .containsExactly("got one", "got two", "end");
  }

  @Test
  void theLastWordsOnATerminalAreKept() throws Exception {
    for (int run = 0; run < 200; run++) {
      assertThat(
              lines(
                  settings().terminal(TerminalSize.ofDefaults()),
                  "/bin/sh",
                  "-c",
                  "echo last; exit 0"))
          .containsExactly("last");
    }
  }

  @Test
  void manyAtOnceGetWhatEachAskedFor() throws Exception {
    try (var workers = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
      var found = new java.util.ArrayList<java.util.concurrent.Future<List<String>>>();
      for (int i = 0; i < 40; i++) {
        int number = 100 + i;
        found.add(
            workers.submit(() -> {
              var process =
                  manager.start(
                      ProcessSpec.named("many-" + number)
                          .command("/bin/sh", "-c", "ulimit -n")
                          .launch(settings().rlimit(Rlimit.NOFILE, number))
                          .build());
              process.awaitExit(LIMIT);
              return process.output().lines().stream().map(OutputLine::text).toList();
            }));
      }
      for (int i = 0; i < 40; i++) {
        assertThat(found.get(i).get()).containsExactly(Integer.toString(100 + i));
      }
    }
  }

  @Test
  void nothingIsLeftInTheTemporaryDirectory() throws Exception {
    lines(settings().rlimit(Rlimit.CORE, 0), "/bin/true");
    try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      assertThat(
              files.filter(file -> file.getFileName().toString().matches("procman-[0-9a-f]{8}-.*")))
          .isEmpty();
    }
  }

  @Test
  void whatAProcessUsedIsKnownExactly() throws Exception {
    var process =
        manager.start(
            ProcessSpec.named("busy")
                .command("/bin/sh", "-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done")
                .build());
    var usage = process.awaitExit(LIMIT).usage().orElseThrow();
    assertThat(usage.userTime()).isPositive();
    assertThat(usage.minorFaults()).isPositive();
    assertThat(usage.coreDumped()).isFalse();
  }

  @Test
  void thePeakOfMemoryIsTheProcesssOwnOrNotToldAtAll() throws Exception {
    var small = manager.start(ProcessSpec.named("small").command("/bin/true").build());
    assertThat(small.awaitExit(LIMIT).usage().orElseThrow().peakMemory()).isEmpty();

    long more = ownPeak() + (64L << 20);
    var large =
        manager.start(
            ProcessSpec.named("large")
                .command("/usr/bin/python3", "-c", "len(b'x' * " + more + ")")
                .build());
    assertThat(large.awaitExit(LIMIT).usage().orElseThrow().peakMemory().orElseThrow())
        .isBetween(more, more + (64L << 20));
  }

  private static long ownPeak() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    throw new IOException("no VmHWM");
  }
}
