package dev.procman.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is left of children that have ended: nothing.
@Tag("long")
class LeakTest {
  private static final String OPEN = "ls -l /proc/self/fd | sed -n 's/.* \\([0-9]*\\) -> .*/\\1/p'";

  private final Launches launches = new Launches();

  @AfterEach
  void close() {
    launches.close();
  }

  @Test
  void fiveThousandChildrenLeaveNoDescriptorAndNoZombieAndSeeNoneOfEachOther() throws Exception {
    Launches.runOnce(launches.launcher, "/bin/true");
    int before = Launches.descriptors();
    try (var threads = Executors.newFixedThreadPool(4)) {
      var tasks =
          IntStream.range(0, 4)
              .<Callable<Void>>mapToObj(thread ->
                  () -> {
                    for (int i = 0; i < 1250; i++) {
                      if (i % 50 == 0) {
                        // The last is the directory that `ls` itself reads.
                        assertThat(launches.output("/bin/sh", "-c", OPEN).lines())
                            .containsExactly("0", "1", "2", "3");
                      } else {
                        assertThat(Launches.runOnce(launches.launcher, "/bin/true")).isZero();
                      }
                    }
                    return null;
                  })
              .toList();
      for (var done : threads.invokeAll(tasks, 5, TimeUnit.MINUTES)) {
        done.get();
      }
    }
    launches.close();
    // The reactor's own two are closed, too.
    Launches.soon()
        .untilAsserted(() -> {
          assertThat(Launches.descriptors()).isLessThanOrEqualTo(before);
          assertThat(Launches.zombies()).isEmpty();
        });
  }

  @Test
  void aThousandLaunchersLeaveNoThreadAndNoDescriptor() throws Exception {
    try (var first = new LinuxLauncher()) {
      Launches.runOnce(first, "/bin/true");
    }
    int descriptors = Launches.descriptors();
    int threads = Launches.threads();
    for (int i = 0; i < 1000; i++) {
      try (var launcher = new LinuxLauncher()) {
        if (i % 10 == 0) {
          Launches.runOnce(launcher, "/bin/true");
        } else {
          assertThat(launcher.unavailable()).isEmpty();
        }
      }
    }
    Launches.soon()
        .untilAsserted(() -> {
          assertThat(Launches.descriptors()).isLessThanOrEqualTo(descriptors);
          assertThat(Launches.threads()).isLessThanOrEqualTo(threads + 2);
        });
  }
}
