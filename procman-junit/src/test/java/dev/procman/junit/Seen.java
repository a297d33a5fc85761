package dev.procman.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ManagedProcess;
import dev.procman.ProcessSpec;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// The processes that samples have met.
final class Seen {
  private static final List<Long> PIDS = new CopyOnWriteArrayList<>();

  private Seen() {}

  /// Called by a sample: its process runs.
  static void running(ManagedProcess process) {
    assertThat(process).isNotNull();
    long pid = process.pid().orElseThrow();
    assertThat(isAlive(pid)).isTrue();
    PIDS.add(pid);
  }

  /// Those met since the last call.
  static List<Long> take() {
    var taken = List.copyOf(PIDS);
    PIDS.clear();
    return taken;
  }

  /// Those met by samples that succeed, and leave none of them.
  static List<Long> by(Class<?>... samples) {
    take();
    assertThat(Kit.run(samples).failures()).isEmpty();
    var pids = take();
    assertThat(pids).isNotEmpty().noneMatch(Seen::isAlive);
    return pids;
  }

  static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  /// A process that does nothing, and is ready at once.
  static ProcessSpec sleeper(String name) {
    return ProcessSpec.named(name).command("sleep", "1000").build();
  }
}
