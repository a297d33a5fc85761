package dev.procman.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Runs a program of this module in a virtual machine like this one.
final class Jvm {
  /// NuProcess calls native code through JNA, JMH looks at fields through Unsafe; both are warned
  /// of without these.
  static final List<String> OPTIONS =
      List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

  private Jvm() {}

  /// Runs it to its end.
  ///
  /// @return the lines it printed
  static List<String> run(Class<?> program, List<String> arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(OPTIONS);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(arguments);
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    process.getOutputStream().close();
    List<String> lines;
    try (var reader = process.inputReader()) {
      lines = reader.readAllLines();
    }
    int code = process.waitFor();
    if (code != 0) {
      throw new IllegalStateException(
          program.getSimpleName() + " " + arguments + " ended with exit code " + code);
    }
    return lines;
  }
}
