package dev.procman.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A program of these tests in a JVM of its own.
///
/// @param code its exit code
/// @param out what it printed
/// @param err what it complained of
record SecondJvm(int code, List<String> out, List<String> err) {
  private static final long LIMIT_SECONDS = 120;
  static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";

  /// Runs it to its end.
  ///
  /// @param before words before the command, such as a shell that sets a limit and executes it
  /// @param options of the JVM
  static SecondJvm run(
      Path temp, List<String> before, List<String> options, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:-UsePerfData", "-Djava.io.tmpdir=" + temp));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    var out = temp.resolve(main.getSimpleName() + ".out");
    var err = temp.resolve(main.getSimpleName() + ".err");
    var process =
        new ProcessBuilder(command)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException(
            "it did not end; it said " + Files.readString(out) + Files.readString(err));
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    return new SecondJvm(process.exitValue(), lines(out), lines(err));
  }

  private static List<String> lines(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
  }
}
