package dev.procman.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/// A directory that is deleted with all that is in it.
final class TemporaryDirectory implements AutoCloseable {
  final Path path = Files.createTempDirectory("procman-benchmark");

  TemporaryDirectory() throws IOException {}

  @Override
  public void close() throws IOException {
    try (var files = Files.walk(path)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
