package dev.procman.junit;

import dev.procman.ProcessManager;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessSpec;
import dev.procman.StopSequence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/// A process that is not ended with the run, and taken up by the next one whose specification is
/// the same.
final class ReusedProcess implements AutoCloseable {
  private static final Pattern DIRECTORY =
      Pattern.compile("(?<!\\$)((?:\\$\\$)*)\\$\\{(?:data|dir)\\.([A-Za-z0-9_.-]+)}");

  private final KeptFiles files;
  private final KeepingLauncher launcher;
  private final Fixtures fixtures;

  private ReusedProcess(KeptFiles files, KeepingLauncher launcher, Fixtures fixtures) {
    this.files = files;
    this.launcher = launcher;
    this.fixtures = fixtures;
  }

  /// Takes up, or starts, a process that is kept after this run; empty while another run has it.
  ///
  /// @param directory where is written down what runs
  static Optional<ReusedProcess> open(ProcessSpec spec, Path directory)
      throws IOException, InterruptedException {
    if (!spec.dependencies().isEmpty()) {
      throw new ExtensionConfigurationException(
          "'"
              + spec.name()
              + "' cannot be reused: it depends on other processes, which end with the run");
    }
    var key = ReuseKey.of(spec, System.getProperty("user.dir", ""));
    var taken = KeptFiles.take(directory, key.toString());
    if (taken.isEmpty()) {
      return Optional.empty();
    }
    var files = taken.get();
    for (var other : KeptFiles.takeOthers(directory, key)) {
      try (other) {
        other.clear();
      }
    }
    var kept = KeptProcess.read(files.record()).filter(KeptProcess::isAlive);
    if (kept.isPresent()) {
      try {
        return Optional.of(start(spec, files, kept));
      } catch (ProcessNotReadyException notWell) {
        // It lives, but does not work; another takes its place.
      }
    }
    files.clear();
    try {
      return Optional.of(start(spec, files, Optional.empty()));
    } catch (ProcessNotReadyException failed) {
      files.clear();
      files.close();
      throw failed;
    }
  }

  private static ReusedProcess start(ProcessSpec spec, KeptFiles files, Optional<KeptProcess> kept)
      throws IOException, InterruptedException {
    var launcher = new KeepingLauncher(files.output(), kept);
    var manager = ProcessManager.builder().name("reused " + spec.name()).launcher(launcher).build();
    var reused = new ReusedProcess(files, launcher, new Fixtures(manager, Visible.NOTHING));
    var builder =
        SpecTexts.map(spec, text -> inKeptDirectories(text, files)).stop(StopSequence.kill());
    kept.ifPresent(process -> process.ports().forEach(builder::port));
    try {
      reused.fixtures.start(List.of(builder.build()));
      return reused;
    } finally {
      // Also of one that does not work, so that it is found and ended.
      reused.writeDown();
    }
  }

  private static String inKeptDirectories(String text, KeptFiles files) {
    return DIRECTORY
        .matcher(text)
        .replaceAll(found ->
            Matcher.quoteReplacement(
                found.group(1) + data(files, found.group(2)).toString().replace("$", "$$")));
  }

  private static Path data(KeptFiles files, String name) {
    try {
      return files.data(name);
    } catch (IOException failed) {
      throw new UncheckedIOException("no directory could be made to be kept", failed);
    }
  }

  private void writeDown() throws IOException {
    var running = launcher.kept();
    if (running.isPresent()) {
      var ports = fixtures.processes().getFirst().snapshot().ports();
      new KeptProcess(running.get().pid(), running.get().ticks(), ports).write(files.record());
    }
  }

  Fixtures fixtures() {
    return fixtures;
  }

  /// Lets go of it.
  @Override
  public void close() throws IOException {
    writeDown();
    fixtures.close();
    files.close();
  }
}
