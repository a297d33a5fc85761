package dev.procman.examples;

import dev.procman.ProcessSpec;
import dev.procman.Signal;
import dev.procman.StopSequence;
import java.nio.file.Path;
import java.time.Duration;

/// A process that is asked to end in its own words first.
final class Stopping {
  private Stopping() {}

  static ProcessSpec console(Path program) {
    // region stopping
    var politely =
        StopSequence.kill()
            .write("quit\n", Duration.ofSeconds(5))
            .signal(Signal.INT, Duration.ofSeconds(5))
            .signal(Signal.TERM, Duration.ofSeconds(5)); // then KILL of the whole tree
    var console =
        ProcessSpec.named("console").command("sh", program.toString()).stop(politely).build();
    // endregion
    return console;
  }
}
