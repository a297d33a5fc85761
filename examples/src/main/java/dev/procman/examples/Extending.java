package dev.procman.examples;

import dev.procman.OutputSettings;
import dev.procman.Probe;
import dev.procman.ProcessSpec;
import dev.procman.StdStream;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.OutputSink;
import dev.procman.spi.RestartPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Host code at the three places where most hosts have some.
final class Extending {
  private Extending() {}

  static ProcessSpec job(Path script, Path socket, List<String> complaints) {
    // region extending
    HealthCheck listens = HealthCheck.of("its socket exists", () -> Files.exists(socket));

    RestartPolicy onceMore =
        end ->
            end.attempt() == 1
                ? new RestartPolicy.Decision.Restart(Duration.ofMillis(50), "one more chance")
                : new RestartPolicy.Decision.Leave("it had its chance");

    OutputSink complain =
        (process, line) -> {
          if (line.stream() == StdStream.STDERR) {
            complaints.add(process + ": " + line.text());
          }
        };

    var job =
        ProcessSpec.named("job")
            .command("sh", script.toString(), socket.toString())
            .ready(Probe.of(listens).interval(Duration.ofMillis(100)))
            .restart(onceMore)
            .output(OutputSettings.ofDefaults().sink(complain))
            .build();
    // endregion
    return job;
  }
}
