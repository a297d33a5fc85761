package dev.procman.linux;

import dev.procman.proc.ProcFs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/// A plain directory that behaves as a delegated cgroup v2 does, as far as its files go: a thread
/// plays the kernel. Real processes are counted as members, with their descendants, and killed.
final class FakeHierarchy implements AutoCloseable {
  final Path root;
  private final Map<Path, Set<Long>> members = new HashMap<>();
  private final Thread kernel;
  private volatile boolean closed;

  /// @param controllers what was delegated
  FakeHierarchy(Path root, String controllers) throws IOException {
    this.root = root;
    Files.createDirectories(root);
    write(root, "cgroup.controllers", controllers);
    write(root, "cgroup.subtree_control", "");
    write(root, "cgroup.procs", "");
    kernel = Thread.ofPlatform().name("fake-kernel").start(this::run);
  }

  static void write(Path group, String file, String text) throws IOException {
    // At one stroke: a reader never sees half of it.
    var fresh = Files.writeString(Files.createTempFile(group, "fresh", ""), text);
    Files.move(fresh, group.resolve(file), StandardCopyOption.ATOMIC_MOVE);
  }

  private void run() {
    while (!closed) {
      try (var groups = Files.list(root)) {
        for (var group : groups.filter(Files::isDirectory).toList()) {
          turn(group);
        }
      } catch (IOException | UncheckedIOException vanished) {
        // Removed meanwhile; the next turn sees what is there.
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  /// As when the kernel has seen a member being born.
  synchronized void born(Path group, long pid) throws IOException {
    members.computeIfAbsent(group, _ -> new HashSet<>()).add(pid);
    turn(group);
  }

  private synchronized void turn(Path group) throws IOException {
    var known = members.computeIfAbsent(group, _ -> new HashSet<>());
    var procs = group.resolve("cgroup.procs");
    if (Files.exists(procs)) {
      for (String line : Files.readAllLines(procs)) {
        known.add(Long.parseLong(line));
      }
    }
    boolean populated = !known.isEmpty();
    var all = ProcFs.all();
    for (var stat : all) {
      if (known.contains(stat.parent())) {
        known.add(stat.pid());
      }
    }
    known.retainAll(
        all.stream()
            .filter(stat -> !stat.isDead())
            .map(ProcFs.Stat::pid)
            .collect(Collectors.toSet()));
    if (Files.exists(group.resolve("cgroup.kill"))
        && Files.size(group.resolve("cgroup.kill")) > 0) {
      known.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
      write(group, "cgroup.kill", "");
    }
    if (populated && known.isEmpty()) {
      // Only an empty group can be removed, with all the kernel's files.
      members.remove(group);
      try (var files = Files.list(group)) {
        for (var file : files.toList()) {
          Files.deleteIfExists(file);
        }
      }
      return;
    }
    if (populated) {
      write(
          group,
          "cgroup.procs",
          new TreeSet<>(known).stream().map(Object::toString).collect(Collectors.joining("\n")));
    }
  }

  @Override
  public void close() {
    closed = true;
    while (kernel.isAlive()) {
      LockSupport.parkNanos(1_000_000);
    }
  }
}
