package dev.procman.config;

import java.nio.file.Path;
import java.util.Map;

/// Short ways to load, for tests: without the environment of whoever runs them.
final class Loads {
  private Loads() {}

  static ProcmanConfig.Builder builder(String yaml) {
    return ProcmanConfig.builder()
        .text("test.yaml", yaml, Path.of("/srv/shop"))
        .environment(Map.of());
  }

  static Project project(String yaml) {
    return builder(yaml).load().project();
  }

  /// The process `web` with these lines below it.
  static ProcessConfig web(String... lines) {
    return project(yaml(lines)).processes().get("web");
  }

  static String yaml(String... lines) {
    var yaml = new StringBuilder("processes:\n  web:\n    command: [web]\n");
    for (String line : lines) {
      yaml.append("    ").append(line).append('\n');
    }
    return yaml.toString();
  }
}
