package dev.procman.benchmarks;

import java.io.IOException;
import java.nio.file.Path;

/// Node.js with chokidar, which prints a line for each notice.
final class Chokidar implements AutoCloseable {
  private static final String SCRIPT =
      """
      const chokidar = require('chokidar');
      const watcher = chokidar.watch(process.argv[1], { ignoreInitial: true });
      watcher.on('ready', () => console.log('ready'));
      watcher.on('all', (what, path) => console.log(what));
      """;

  private final Process node;

  /// Milliseconds until it watched.
  final double begun;

  Chokidar(Path home, Path tree, Stamp notice) throws IOException {
    long start = System.nanoTime();
    node =
        new ProcessBuilder("node", "-e", SCRIPT, tree.toString())
            .directory(home.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var reader = node.inputReader();
    if (!"ready".equals(reader.readLine())) {
      throw new IOException("chokidar does not start");
    }
    begun = (System.nanoTime() - start) / 1e6;
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            while (reader.readLine() != null) {
              notice.set();
            }
          } catch (IOException over) {
            // It was ended.
          }
        });
  }

  @Override
  public void close() throws InterruptedException {
    node.destroyForcibly().waitFor();
  }
}
