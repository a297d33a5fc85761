package dev.procman.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where control groups can be made, and what is said where they cannot.
class GroupPlaceTest {
  @TempDir Path temp;

  private static Optional<Path> own(String group, String... mounts) {
    return GroupPlace.ownGroup(List.of("4:memory:/elsewhere", "0::" + group), List.of(mounts));
  }

  @Test
  void theOwnGroupIsFoundWhereVersionTwoIsMounted() {
    assertThat(
            own(
                "/system.slice/app.service",
                "31 23 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
                "41 31 0:38 / /sys/fs/cgroup rw,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate"))
        .contains(Path.of("/sys/fs/cgroup/system.slice/app.service"));
  }

  @Test
  void aMountOfAPartIsTakenIntoAccount() {
    assertThat(own("/pods/one/app", "41 31 0:38 /pods/one /sys/fs/cgroup rw - cgroup2 cgroup2 rw"))
        .contains(Path.of("/sys/fs/cgroup/app"));
    assertThat(own("/pods/two", "41 31 0:38 /pods/one /sys/fs/cgroup rw - cgroup2 cgroup2 rw"))
        .isEmpty();
  }

  @Test
  void blanksInAMountPointAreUnderstood() {
    assertThat(own("/", "41 31 0:38 / /mnt/my\\040groups rw - cgroup2 none rw"))
        .contains(Path.of("/mnt/my groups"));
  }

  @Test
  void aJvmThatMovedIntoALeafStillMakesGroupsBesideIt() {
    assertThat(own("/app/procman-12-345-jvm", "41 31 0:38 / /cg rw - cgroup2 none rw"))
        .contains(Path.of("/cg/app"));
  }

  @Test
  void withoutVersionTwoThereIsNone() {
    assertThat(GroupPlace.ownGroup(List.of("4:memory:/x"), List.of())).isEmpty();
    assertThat(own("/", "31 23 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory"))
        .isEmpty();
  }

  @Test
  void whatIsNoGroupIsRefusedByName() {
    assertThat(GroupPlace.find(Optional.of(temp)))
        .isInstanceOfSatisfying(
            GroupPlace.Unusable.class,
            unusable -> assertThat(unusable.why()).contains(temp.toString(), "cgroup v2"));
  }

  @Test
  void theControllersOfANamedGroupAreTold() throws Exception {
    Files.writeString(temp.resolve("cgroup.controllers"), "cpu memory pids\n");
    Files.writeString(temp.resolve("cgroup.procs"), "");
    assertThat(GroupPlace.find(Optional.of(temp)))
        .isInstanceOfSatisfying(
            GroupPlace.Usable.class,
            usable -> assertThat(usable.controllers()).containsOnly("cpu", "memory", "pids"));
  }
}
