package dev.procman.core.resource;

import dev.procman.ProcessId;
import dev.procman.spi.LaunchRequest;
import dev.procman.spi.ResourceSampler.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/// Real processes of a test; none outlives it.
final class Children implements AutoCloseable {
  private final List<Process> started = new ArrayList<>();
  private final List<ProcessHandle> adopted = new ArrayList<>();

  Process sh(String script) {
    return start("/bin/sh", "-c", script);
  }

  Process start(String... command) {
    try {
      var builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put(LaunchRequest.TREE_MARK, "test/" + started.size());
      var process = builder.start();
      started.add(process);
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Waits until a text was printed by it.
  static String line(Process process) {
    try {
      return Optional.ofNullable(process.inputReader().readLine()).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Target target(Process process) {
    return new Target(
        new ProcessId("p" + process.pid(), 1),
        process.pid(),
        process.toHandle().info().startInstant().orElseThrow());
  }

  /// A process that is no child of this one any more.
  ProcessHandle adopt(long pid) {
    var handle = ProcessHandle.of(pid).orElseThrow();
    adopted.add(handle);
    return handle;
  }

  /// Stops a process where it is, so that its figures stand still.
  static void freeze(Process process) {
    signal("STOP", process.pid());
    Awaitility.await().until(() -> field(process.pid(), 3).equals("T"));
  }

  static void signal(String name, long pid) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A field of `/proc/<pid>/stat`, counted from 1 as in its manual page; of a plain name only.
  static String field(long pid, int number) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/stat")).split(" ")[number - 1];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    for (var process : started) {
      var tree = process.descendants().toList();
      process.destroyForcibly();
      tree.forEach(ProcessHandle::destroyForcibly);
    }
    adopted.forEach(ProcessHandle::destroyForcibly);
    started.forEach(process -> {
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    });
  }
}
