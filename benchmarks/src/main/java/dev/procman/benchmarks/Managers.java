package dev.procman.benchmarks;

import dev.procman.ProcessManager;
import dev.procman.ProcessManagerBuilder;
import dev.procman.core.launch.PortableLauncher;
import dev.procman.linux.LinuxLauncher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/// A manager with a state directory of its own, so that nothing another manager of this machine
/// left behind is swept while time is taken.
final class Managers implements AutoCloseable {
  private final Path state;
  final ProcessManager manager;

  Managers() throws IOException {
    this.state = Files.createTempDirectory("procman-benchmark");
    this.manager = builder().build();
  }

  Managers(java.util.function.UnaryOperator<ProcessManagerBuilder> settings) throws IOException {
    this.state = Files.createTempDirectory("procman-benchmark");
    this.manager = settings.apply(builder()).build();
  }

  /// One with the Linux launcher; all others have the portable one.
  static Managers linux() throws IOException {
    return new Managers(builder -> builder.launcher(new LinuxLauncher()));
  }

  private ProcessManagerBuilder builder() {
    return ProcessManager.builder()
        .name("benchmark")
        .stateDirectory(state)
        .launcher(new PortableLauncher());
  }

  @Override
  public void close() {
    manager.close();
    try (var files = Files.walk(state)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
