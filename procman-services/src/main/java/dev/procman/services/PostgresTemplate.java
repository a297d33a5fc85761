package dev.procman.services;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// A data directory that others are copied from, made once per machine and combination: within this
/// JVM by a lock, among JVMs by a lock on a file. It gets its name only when it is complete.
final class PostgresTemplate {
  private static final String MAKE = Scripts.read("postgres-template.sh");
  private static final ConcurrentHashMap<Path, ReentrantLock> LOCKS = new ConcurrentHashMap<>();
  private static final int MOST_OUTPUT = 4000;
  private static final int MOST_SECONDS_TO_END = 10;

  private final Path bin;
  private final String user;
  private final String database;
  private final String script;
  private final String account;
  private final Path path;

  PostgresTemplate(Path bin, String user, String database, String script, String account) {
    this.bin = bin;
    this.user = user;
    this.database = database;
    this.script = script;
    this.account = account;
    this.path = cache().resolve("postgres-" + key());
  }

  /// Where it is, or will be.
  Path path() {
    return path;
  }

  private static Path cache() {
    var xdg = System.getenv("XDG_CACHE_HOME");
    return xdg == null || xdg.isBlank()
        ? Path.of(System.getProperty("user.home", "/tmp"), ".cache", "procman")
        : Path.of(xdg, "procman");
  }

  /// A server that was upgraded in place needs another template: its size and time of change stand
  /// for its version, and asking it would cost a process.
  private String key() {
    try {
      var server = bin.resolve("postgres").toRealPath();
      var words =
          List.of(
              server.toString(),
              String.valueOf(Files.size(server)),
              Files.getLastModifiedTime(server).toString(),
              user,
              database,
              account,
              script,
              MAKE);
      var digest = MessageDigest.getInstance("SHA-256");
      words.forEach(word -> {
        digest.update(word.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      });
      return HexFormat.of().formatHex(digest.digest(), 0, 12);
    } catch (IOException missing) {
      // What is missing is reported by the start, with its name.
      return "missing";
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JVM has SHA-256", impossible);
    }
  }

  /// Makes it if it is not there.
  ///
  /// @throws IOException when it cannot be made; the message holds what was printed
  void make() throws IOException, InterruptedException {
    if (Files.isDirectory(path)) {
      return;
    }
    var lock = LOCKS.computeIfAbsent(path, _ -> new ReentrantLock());
    lock.lockInterruptibly();
    try {
      Files.createDirectories(path.getParent());
      try (var channel =
              FileChannel.open(
                  path.resolveSibling(path.getFileName() + ".lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          var _ = channel.lock()) {
        if (!Files.isDirectory(path)) {
          run();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void run() throws IOException, InterruptedException {
    var builder =
        new ProcessBuilder(
            "/bin/sh",
            "-c",
            MAKE,
            "postgres-template",
            path.toString(),
            account,
            bin.toString(),
            user,
            database,
            script);
    var output = Files.createTempFile("procman-postgres-template", ".log");
    try {
      // To a file, since only the wait for the end can be interrupted, and not a read.
      builder.redirectErrorStream(true).redirectOutput(output.toFile());
      var process = builder.directory(Path.of("/").toFile()).start();
      int code;
      try {
        process.getOutputStream().close();
        code = process.waitFor();
      } finally {
        end(process);
      }
      if (code != 0) {
        throw new IOException(
            "no PostgreSQL template could be made (exit code %d): %s"
                .formatted(code, tail(Files.readString(output))));
      }
    } finally {
      Files.delete(output);
    }
  }

  private static String tail(String text) {
    return text.substring(Math.max(0, text.length() - MOST_OUTPUT)).strip();
  }

  /// The script deletes what it has made when it is ended, but not while a child of it runs.
  /// Whoever waits for the lock begins only after that.
  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    process.onExit().completeOnTimeout(process, MOST_SECONDS_TO_END, TimeUnit.SECONDS).join();
  }
}
