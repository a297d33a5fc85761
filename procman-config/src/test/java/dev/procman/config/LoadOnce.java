package dev.procman.config;

import java.nio.file.Path;
import java.util.Map;

/// Loads a file and ends with code 3 when that is refused.
final class LoadOnce {
  private LoadOnce() {}

  public static void main(String[] args) {
    var limits = new Limits(Integer.parseInt(args[1]), 32, 200, 200_000, 100);
    try {
      ProcmanConfig.builder()
          .file(Path.of(args[0]))
          .environment(Map.of())
          .security(SecurityPolicy.standard().limits(limits))
          .load();
    } catch (ConfigException refused) {
      System.out.println(refused.getMessage());
      System.exit(3);
    }
  }
}
