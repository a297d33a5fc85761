package dev.procman.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A program in C beside this class, compiled by the machine's `cc`. Where there is none, that is
/// said, and whoever needs it does not take part.
final class CProgram implements AutoCloseable {
  private final Path directory;
  private final Path file;

  private CProgram(Path directory, Path file) {
    this.directory = directory;
    this.file = file;
  }

  /// Compiles it.
  ///
  /// @param name without `.c`
  static Optional<CProgram> compile(String name) throws Exception {
    var directory = Files.createTempDirectory("procman-benchmark-c");
    var source = directory.resolve(name + ".c");
    var file = directory.resolve(name);
    try (var text = CProgram.class.getResourceAsStream(name + ".c")) {
      Files.copy(text, source);
    }
    try {
      int code =
          new ProcessBuilder("cc", "-O2", "-pthread", "-o", file.toString(), source.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start()
              .waitFor();
      if (code != 0) {
        throw new IOException("exit code " + code);
      }
      return Optional.of(new CProgram(directory, file));
    } catch (IOException none) {
      System.err.println(name + ".c does not take part, cc cannot be used: " + none.getMessage());
      delete(directory);
      return Optional.empty();
    } finally {
      Files.deleteIfExists(source);
    }
  }

  Path file() {
    return file;
  }

  /// A place for a file of its own, deleted with it.
  Path beside(String name) {
    return directory.resolve(name);
  }

  @Override
  public void close() throws IOException {
    delete(directory);
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      for (var file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
