package dev.procman.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A program in C that starts children and waits for their ends: what no program can undercut by
/// much. Compiled by the machine's `cc`; where there is none, that is said, and it does not take
/// part.
final class SpawnLimit implements AutoCloseable {
  static final String NAME = "C, posix_spawn";

  private final Path directory;
  private final Process process;
  private final Writer orders;
  private final BufferedReader answers;

  private SpawnLimit(Path directory, Process process) {
    this.directory = directory;
    this.process = process;
    this.orders = process.outputWriter();
    this.answers = process.inputReader();
  }

  /// @param count how many children it starts at an order
  /// @param threads from how many threads
  static Optional<SpawnLimit> start(int count, int threads) throws Exception {
    var directory = Files.createTempDirectory("procman-benchmark-c");
    var source = directory.resolve("spawn.c");
    var program = directory.resolve("spawn");
    try (var text = SpawnLimit.class.getResourceAsStream("spawn.c")) {
      Files.copy(text, source);
    }
    try {
      int code =
          new ProcessBuilder("cc", "-O2", "-pthread", "-o", program.toString(), source.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start()
              .waitFor();
      if (code != 0) {
        throw new IOException("exit code " + code);
      }
    } catch (IOException none) {
      System.err.println(NAME + " does not take part, cc cannot be used: " + none.getMessage());
      delete(directory);
      return Optional.empty();
    }
    var process =
        new ProcessBuilder(program.toString(), "" + count, "" + threads)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return Optional.of(new SpawnLimit(directory, process));
  }

  /// Has it start them.
  ///
  /// @return microseconds
  double micros() throws IOException {
    orders.write("\n");
    orders.flush();
    var answer = answers.readLine();
    if (answer == null) {
      throw new IOException(NAME + " has ended");
    }
    return Long.parseLong(answer) / 1e3;
  }

  @Override
  public void close() throws Exception {
    orders.close();
    process.waitFor();
    delete(directory);
  }

  private static void delete(Path directory) throws IOException {
    for (var name : List.of("spawn.c", "spawn")) {
      Files.deleteIfExists(directory.resolve(name));
    }
    Files.delete(directory);
  }
}
