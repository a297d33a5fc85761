package dev.procman.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.util.Optional;

/// A program in C that starts children and waits for their ends: what no program can undercut by
/// much.
final class SpawnLimit implements AutoCloseable {
  static final String NAME = "C, posix_spawn";

  private final CProgram program;
  private final Process process;
  private final Writer orders;
  private final BufferedReader answers;

  private SpawnLimit(CProgram program, Process process) {
    this.program = program;
    this.process = process;
    this.orders = process.outputWriter();
    this.answers = process.inputReader();
  }

  /// @param count how many children it starts at an order
  /// @param threads from how many threads
  /// @return nothing when the program cannot take part
  static Optional<SpawnLimit> start(int count, int threads) throws Exception {
    var compiled = CProgram.compile("spawn");
    if (compiled.isEmpty()) {
      return Optional.empty();
    }
    var process =
        new ProcessBuilder(compiled.get().file().toString(), "" + count, "" + threads)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return Optional.of(new SpawnLimit(compiled.get(), process));
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
    program.close();
  }
}
