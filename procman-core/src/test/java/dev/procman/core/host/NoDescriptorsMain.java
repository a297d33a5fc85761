package dev.procman.core.host;

import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.StopSequence;
import dev.procman.spi.RestartPolicy;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;

/// A host with few descriptors that has used them all up when a child ends and leaves something
/// behind. It prints what became of the child then and when there are descriptors again.
public final class NoDescriptorsMain {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private NoDescriptorsMain() {}

  /// @param args the state directory
  public static void main(String[] args) throws Exception {
    try (var manager = ProcessManager.builder().stateDirectory(Path.of(args[0])).build()) {
      // Loads what is needed, since that takes descriptors too.
      var first = manager.start(leaver("first"));
      first.input().close();
      first.awaitExit(LIMIT);
      first.stop();
      var process = manager.start(leaver("second"));
      process.awaitReady(LIMIT);
      var all = new ArrayList<InputStream>();
      useUp(all);
      process.input().close();
      var ended = process.awaitExit(LIMIT);
      for (var each : all) {
        each.close();
      }
      System.out.println("ENDED " + ended.id().generation());
      process.awaitState(LIMIT, ProcessState.RUNNING);
      System.out.println("RUNNING " + process.generation());
    }
  }

  private static void useUp(ArrayList<InputStream> all) {
    try {
      while (true) {
        all.add(new FileInputStream("/dev/null"));
      }
    } catch (IOException noneLeft) {
      // As wanted.
    }
  }

  /// Ends with its input, and leaves another process.
  private static ProcessSpec leaver(String name) {
    return ProcessSpec.named(name)
        .shell("setsid sleep 600 >/dev/null 2>&1 <&1 & cat >/dev/null; sleep 0.3; exit 3")
        .restart(RestartPolicy.always())
        .stop(StopSequence.graceful(Duration.ofMillis(300)))
        .build();
  }
}
