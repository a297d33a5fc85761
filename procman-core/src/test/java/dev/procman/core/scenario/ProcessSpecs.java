package dev.procman.core.scenario;

import dev.procman.ProcessSpec;

/// Specifications that several tests use.
final class ProcessSpecs {
  private ProcessSpecs() {}

  static ProcessSpec echo(String name, String text) {
    return ProcessSpec.named(name).command("echo", text).build();
  }

  static ProcessSpec printf(String name, String format) {
    return ProcessSpec.named(name).command("printf", format).build();
  }

  static ProcessSpec cat(String name) {
    return ProcessSpec.named(name).command("cat").build();
  }

  static ProcessSpec.Builder sleeper(String name) {
    return ProcessSpec.named(name).command("sleep", "1000");
  }
}
