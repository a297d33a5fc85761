package dev.procman.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.ControlGroup;
import dev.procman.Diagnosis;
import dev.procman.LaunchException;
import dev.procman.LaunchSettings;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.ResourceMetric;
import dev.procman.ResourceSample;
import dev.procman.Signal;
import dev.procman.UnsupportedByLauncherException;
import dev.procman.proc.ProcFs;
import dev.procman.spi.ProcessLauncher.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The file protocol of control groups, spoken with a directory that plays the kernel's part, and
/// real processes.
class ControlGroupsTest {
  private static final ControlGroup BOUNDS =
      ControlGroup.ofDefaults().memoryMax(64 << 20).memoryHigh(48 << 20).cpuMax(1.5).pidsMax(20);

  @TempDir Path temp;

  private FakeHierarchy fake;
  private LinuxLauncher launcher;

  @BeforeEach
  void open() throws Exception {
    fake = new FakeHierarchy(temp.resolve("groups"), "cpu io memory pids hugetlb");
    launcher = LinuxLauncher.builder().controlGroup(fake.root).build();
  }

  @AfterEach
  void close() throws Exception {
    launcher.close();
    fake.close();
  }

  private static LaunchSettings in(ControlGroup group) {
    return LaunchSettings.ofDefaults().controlGroup(group);
  }

  private List<Path> groups() {
    try (var groups = Files.list(fake.root)) {
      return groups.filter(Files::isDirectory).toList();
    } catch (IOException failed) {
      throw new AssertionError(failed);
    }
  }

  private Path group() {
    assertThat(groups()).hasSize(1);
    return groups().getFirst();
  }

  @Test
  void boundsAreWrittenAndTheProcessIsInItsGroupFromItsFirstInstruction() throws Exception {
    try (var child = new Launched(launcher, in(BOUNDS), "/bin/sleep", "1000")) {
      assertThat(child.process.controlGroup()).contains(group());
      assertThat(group().resolve("memory.max")).hasContent("67108864");
      assertThat(group().resolve("memory.high")).hasContent("50331648");
      assertThat(group().resolve("cpu.max")).hasContent("150000 100000");
      assertThat(group().resolve("pids.max")).hasContent("20");
      assertThat(Files.readString(group().resolve("cgroup.procs")).strip())
          .isEqualTo("" + child.process.pid());
      assertThat(Files.readString(fake.root.resolve("cgroup.subtree_control")))
          .as("what it measures by is switched on as well, one by one")
          .startsWith("+");
    }
  }

  @Test
  void anEmptyPartIsNoBound() {
    try (var _ =
        new Launched(launcher, in(ControlGroup.ofDefaults().pidsMax(9)), "/bin/sleep", "1000")) {
      assertThat(group().resolve("pids.max")).hasContent("9");
      assertThat(group().resolve("memory.max")).doesNotExist();
      assertThat(group().resolve("cpu.max")).doesNotExist();
    }
  }

  @Test
  void whoAsksForNoneGetsNone() {
    try (var _ = new Launched(launcher, "/bin/sleep", "1000")) {
      assertThat(groups()).isEmpty();
    }
  }

  @Test
  void theGroupIsGoneSoonAfterTheTree() {
    var child = new Launched(launcher, in(BOUNDS), "/bin/sleep", "1000");
    assertThat(group()).isDirectory();
    child.close();
    await().atMost(Launches.LIMIT).until(() -> groups().isEmpty());
  }

  @Test
  void membersThatNothingElseTellsOfAreListedAndKilledWithTheTree() throws Exception {
    var pid = temp.resolve("pid");
    // The group's own list is what tells: the daemon's parents are gone before anybody looks.
    var script =
        "(setsid env -i /bin/sh -c 'echo $$ > %1$s.new; mv %1$s.new %1$s; exec sleep 1000' </dev/null >/dev/null 2>&1 &); exec sleep 1000"
            .formatted(pid);
    try (var child = new Launched(launcher, in(BOUNDS), "/bin/sh", "-c", script)) {
      await().atMost(Launches.LIMIT).until(() -> Files.exists(pid));
      long daemon = Long.parseLong(Files.readString(pid).strip());
      fake.born(group(), daemon);
      assertThat(child.process.tree()).containsExactlyInAnyOrder(child.process.pid(), daemon);
      Files.writeString(group().resolve("cgroup.kill"), "");
      child.process.signalTree(Signal.KILL);
      await()
          .atMost(Launches.LIMIT)
          .until(() -> ProcFs.stat(daemon).filter(stat -> !stat.isDead()).isEmpty());
    }
  }

  @Test
  void killIsTheGroupsWhereTheKernelHasIt() throws Exception {
    fake.close();
    var child = new Launched(launcher, in(BOUNDS), "/bin/sleep", "1000");
    Files.writeString(group().resolve("cgroup.kill"), "");
    child.process.signalTree(Signal.TERM);
    assertThat(group().resolve("cgroup.kill")).isEmptyFile();
    child.process.signalTree(Signal.KILL);
    assertThat(group().resolve("cgroup.kill")).hasContent("1");
    Files.writeString(group().resolve("cgroup.procs"), "");
    child.close();
  }

  @Test
  void aFailedStartLeavesNoGroup() {
    assertThatThrownBy(() -> new Launched(launcher, in(BOUNDS), "/no/such/program"))
        .isInstanceOf(LaunchException.class);
    // This one was never populated, so what the kernel's part has written must go by hand.
    await()
        .atMost(Launches.LIMIT)
        .until(() -> groups().stream().allMatch(ControlGroupsTest::emptied));
    await().atMost(Launches.LIMIT).until(() -> groups().isEmpty());
  }

  private static boolean emptied(Path group) {
    try (var files = Files.list(group)) {
      for (var file : files.toList()) {
        Files.deleteIfExists(file);
      }
      return true;
    } catch (IOException gone) {
      return false;
    }
  }

  @Test
  void groupsOfADeadJvmAreRemovedAndThoseOfALiveOneAreLeft() throws Exception {
    long self = ProcessHandle.current().pid();
    long ticks = ProcFs.ownStartTicks();
    var dead = Files.createDirectory(fake.root.resolve("procman-" + self + "-1-7"));
    var deadLeaf = Files.createDirectory(fake.root.resolve("procman-" + self + "-1-jvm"));
    var live = Files.createDirectory(fake.root.resolve("procman-" + self + "-" + ticks + "-77"));
    var others = Files.createDirectory(fake.root.resolve("another"));
    assertThat(launcher.capabilities()).contains(Capability.CONTROL_GROUP);
    assertThat(dead).doesNotExist();
    assertThat(deadLeaf).doesNotExist();
    assertThat(live).exists();
    assertThat(others).exists();
  }

  @Test
  void thisJvmMovesIntoALeafWhereTheKernelWantsNoProcesses() throws Exception {
    long self = ProcessHandle.current().pid();
    Files.writeString(fake.root.resolve("cgroup.type"), "domain\n");
    Files.writeString(fake.root.resolve("cgroup.procs"), self + "\n");
    fake.close();
    try (var _ = new Launched(launcher, in(BOUNDS), "/bin/sleep", "1000")) {
      assertThat(groups()).hasSize(2);
      var leaf =
          groups().stream()
              .filter(path -> path.toString().endsWith("-jvm"))
              .findFirst()
              .orElseThrow();
      assertThat(leaf.resolve("cgroup.procs")).hasContent("" + self);
    } finally {
      for (var group : groups()) {
        Files.deleteIfExists(group.resolve("cgroup.procs"));
      }
    }
  }

  @Test
  void strangersInTheGroupAreNotMovedAndThatIsSaidEarly() throws Exception {
    var stranger = new ProcessBuilder("/bin/sh", "-c", "(sleep 1000 >/dev/null & echo $!)").start();
    long pid;
    try (var output = stranger.inputReader()) {
      pid = Long.parseLong(output.readLine().strip());
    }
    try {
      assertThat(stranger.waitFor()).isZero();
      await()
          .atMost(Launches.LIMIT)
          .until(() -> ProcFs.stat(pid).filter(s -> s.parent() != stranger.pid()).isPresent());
      Files.writeString(fake.root.resolve("cgroup.type"), "domain\n");
      Files.writeString(fake.root.resolve("cgroup.procs"), "1\n" + pid + "\n");
      assertThat(launcher.obstacle(in(BOUNDS)).orElseThrow())
          .contains("" + pid, "not procman's to move", "set limits");
      assertThat(launcher.obstacle(in(ControlGroup.ofDefaults())))
          .as("without controllers nobody has to move")
          .isEmpty();
    } finally {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void aMissingControllerIsNamedWhenASpecificationIsRegistered() throws Exception {
    FakeHierarchy.write(fake.root, "cgroup.controllers", "cpu pids");
    try (var manager = ProcessManager.builder().launcher(launcher).build()) {
      assertThatThrownBy(() ->
              manager.register(
                  ProcessSpec.named("app").command("/bin/true").launch(in(BOUNDS)).build()))
          .isInstanceOf(UnsupportedByLauncherException.class)
          .hasMessageContainingAll("'app'", "[memory]", fake.root.toString(), "set limits");
    }
  }

  @Test
  void withoutAnyGroupTheReasonAndTheRemedyAreGivenWhenASpecificationIsRegistered() {
    var none = LinuxLauncher.builder().controlGroup(temp.resolve("none")).build();
    assertThat(none.capabilities()).doesNotContain(Capability.CONTROL_GROUP);
    try (var manager = ProcessManager.builder().launcher(none).build()) {
      assertThatThrownBy(() ->
              manager.register(
                  ProcessSpec.named("app")
                      .command("/bin/true")
                      .launch(in(ControlGroup.ofDefaults()))
                      .build()))
          .isInstanceOf(UnsupportedByLauncherException.class)
          .hasMessageContainingAll("is not a group of cgroup v2", "name one", "set limits");
    }
  }

  @Test
  void whatTheKernelCountsForTheGroupIsInTheSamples() throws Exception {
    try (var child = new Launched(launcher, in(BOUNDS), "/bin/sleep", "1000")) {
      var group = group();
      Files.writeString(group.resolve("memory.current"), "1000000\n");
      Files.writeString(group.resolve("memory.peak"), "3000000\n");
      Files.writeString(group.resolve("pids.current"), "7\n");
      Files.writeString(
          group.resolve("cpu.stat"), "usage_usec 900\nuser_usec 600\nsystem_usec 300\n");
      Files.writeString(
          group.resolve("io.stat"),
          "8:0 rbytes=4096 wbytes=100 rios=1 wios=1 dbytes=0 dios=0\n8:16 rbytes=1 wbytes=2\n");
      var measured = ResourceSample.at(5).set(ResourceMetric.RESIDENT_MEMORY, 42).build();
      var sample = launcher.refine(Map.of(child.target(), measured)).get(child.target());
      assertThat(sample.nanoTime()).isEqualTo(5);
      assertThat(sample.value(ResourceMetric.RESIDENT_MEMORY)).hasValue(42);
      assertThat(sample.value(ResourceMetric.CHARGED_MEMORY)).hasValue(1_000_000);
      assertThat(sample.value(ResourceMetric.CHARGED_MEMORY_PEAK)).hasValue(3_000_000);
      assertThat(sample.value(ResourceMetric.THREADS)).hasValue(7);
      assertThat(sample.value(ResourceMetric.CPU_USER_TIME)).hasValue(600_000);
      assertThat(sample.value(ResourceMetric.CPU_SYSTEM_TIME)).hasValue(300_000);
      assertThat(sample.value(ResourceMetric.STORAGE_READ)).hasValue(4097);
      assertThat(sample.value(ResourceMetric.STORAGE_WRITTEN)).hasValue(102);
    }
  }

  @Test
  void aKillForLackOfMemoryInItsOwnGroupIsDiagnosed() throws Exception {
    try (var manager = ProcessManager.builder().launcher(launcher).build()) {
      var process =
          manager.start(
              ProcessSpec.named("greedy").command("/bin/sleep", "1000").launch(in(BOUNDS)).build());
      // The real kernel keeps the file until the group is removed; its stand-in has to be stopped.
      fake.close();
      Files.writeString(group().resolve("memory.events"), "low 0\noom 2\noom_kill 2\n");
      ProcessHandle.of(process.snapshot().pid().orElseThrow()).orElseThrow().destroyForcibly();
      var diagnosis = process.awaitExit(Launches.LIMIT).diagnosis();
      assertThat(diagnosis.kind()).isEqualTo(Diagnosis.Kind.OUT_OF_MEMORY);
      assertThat(diagnosis.evidence().getFirst()).contains("2 oom_kill");
    }
  }

  @Test
  void anEndWithoutSuchAKillInItsOwnGroupIsNotOutOfMemory() throws Exception {
    try (var manager = ProcessManager.builder().launcher(launcher).build()) {
      var process =
          manager.start(
              ProcessSpec.named("modest").command("/bin/sleep", "1000").launch(in(BOUNDS)).build());
      fake.close();
      Files.writeString(group().resolve("memory.events"), "low 0\noom 0\noom_kill 0\n");
      ProcessHandle.of(process.snapshot().pid().orElseThrow()).orElseThrow().destroyForcibly();
      assertThat(process.awaitExit(Launches.LIMIT).diagnosis().kind())
          .isEqualTo(Diagnosis.Kind.KILLED_FROM_OUTSIDE);
    }
  }

  /// What the machine's own hierarchy does where there is one; what is said where there is none.
  @Test
  void thisMachinesOwnHierarchyIsUsedOrTheReasonIsGiven() throws Exception {
    var machine = new LinuxLauncher();
    var settings = in(ControlGroup.ofDefaults());
    switch (GroupPlace.find(Optional.empty())) {
      case GroupPlace.Unusable unusable ->
          assertThat(machine.obstacle(settings).orElseThrow()).contains(unusable.why());
      case GroupPlace.Usable usable -> {
        assertThat(machine.obstacle(settings)).isEmpty();
        var child =
            new Launched(
                machine, settings, "/bin/sh", "-c", "setsid env -i sleep 1000 & exec sleep 1000");
        await().atMost(Launches.LIMIT).until(() -> child.process.tree().size() == 2);
        var membership = Files.readString(Path.of("/proc/" + child.process.pid() + "/cgroup"));
        var name = membership.lines().filter(line -> line.startsWith("0::")).findFirst();
        var group =
            usable.directory().resolve(Path.of(name.orElseThrow()).getFileName().toString());
        assertThat(group.resolve("cgroup.events")).content().contains("populated 1");
        assertThat(Group.pids(group)).containsExactlyInAnyOrderElementsOf(child.process.tree());
        child.process.signalTree(Signal.KILL);
        await().atMost(Launches.LIMIT).until(() -> child.process.tree().isEmpty());
        await().atMost(Launches.LIMIT).until(() -> !Files.exists(group));
      }
    }
    machine.close();
  }
}
