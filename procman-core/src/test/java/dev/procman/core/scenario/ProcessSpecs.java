package dev.procman.core.scenario;

import dev.procman.ProcessSpec;
import java.time.Duration;

/// Specifications that several tests use.
public final class ProcessSpecs {
  private ProcessSpecs() {}

  /// Prints a line and ends. It is ready at once, so that its events are the same ones however busy
  /// the machine is.
  public static ProcessSpec echo(String name, String text) {
    return ProcessSpec.named(name).command("echo", text).readyAfter(Duration.ZERO).build();
  }

  /// Prints without a line end of its own.
  public static ProcessSpec printf(String name, String format) {
    return ProcessSpec.named(name).command("printf", format).build();
  }

  /// Echoes its input.
  public static ProcessSpec cat(String name) {
    return ProcessSpec.named(name).command("cat").build();
  }

  /// Does nothing, for longer than any test.
  public static ProcessSpec.Builder sleeper(String name) {
    return ProcessSpec.named(name).command("sleep", "1000");
  }
}
