package dev.procman.core.host;

import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.StopSequence;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A host that has used up all its descriptors when it ends. It prints what became of its children
/// if it can, which it does not do when it leaves by `System.exit`.
public final class ExhaustedEndMain {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /// Held, so that no collection of garbage gives descriptors back.
  private static final List<InputStream> HELD = new ArrayList<>();

  private ExhaustedEndMain() {}

  /// @param args the state directory, and `close` or `exit`
  public static void main(String[] args) throws Exception {
    var manager =
        ProcessManager.builder()
            .stateDirectory(Path.of(args[0]))
            .defaultStop(StopSequence.graceful(Duration.ofMillis(500)))
            .build();
    // Of a directory of classes each takes a descriptor to be loaded, of a jar none.
    var first = manager.start(deaf("first"));
    first.awaitReady(LIMIT);
    first.stop();
    var processes =
        List.of(
            manager.start(ProcessSpec.named("plain").command("sleep", "1000").build()),
            manager.start(deaf("deaf")),
            manager.start(
                ProcessSpec.named("family")
                    .shell("setsid sleep 1000 & (setsid sleep 1000 &); while :; do sleep 0.5; done")
                    .build()));
    for (var process : processes) {
      process.awaitReady(LIMIT);
    }
    useUp();
    if (args[1].equals("exit")) {
      System.exit(7);
    }
    manager.close();
    processes.stream().map(ManagedProcess::toString).forEach(System.out::println);
  }

  private static ProcessSpec deaf(String name) {
    return ProcessSpec.named(name).shell("trap '' TERM; while :; do sleep 0.5; done").build();
  }

  private static void useUp() {
    try {
      while (true) {
        HELD.add(new FileInputStream("/dev/null"));
      }
    } catch (IOException noneLeft) {
      // As wanted.
    }
  }
}
