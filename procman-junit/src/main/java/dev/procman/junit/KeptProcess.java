package dev.procman.junit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A process that outlives the run that has started it, and what is written down of it.
///
/// @param pid its id
/// @param ticks when it was started, in clock ticks since the boot; with the pid it identifies it
/// @param ports its ports by name
record KeptProcess(long pid, long ticks, Map<String, Integer> ports) {
  private static final Duration GRACE = Duration.ofSeconds(5);

  /// The process of that id that lives now.
  static Optional<KeptProcess> living(long pid, Map<String, Integer> ports) {
    return ticks(pid).map(ticks -> new KeptProcess(pid, ticks, Map.copyOf(ports)));
  }

  /// Reads what was written.
  static Optional<KeptProcess> read(Path file) {
    var properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
      var ports = new TreeMap<String, Integer>();
      for (String name : properties.stringPropertyNames()) {
        if (name.startsWith("port.")) {
          ports.put(name.substring(5), Integer.valueOf(properties.getProperty(name)));
        }
      }
      return Optional.of(
          new KeptProcess(
              Long.parseLong(properties.getProperty("pid")),
              Long.parseLong(properties.getProperty("ticks")),
              ports));
    } catch (IOException | NumberFormatException noneOrNotOurs) {
      return Optional.empty();
    }
  }

  /// Writes it down.
  void write(Path file) throws IOException {
    Files.writeString(
        file,
        "pid=%d\nticks=%d\n".formatted(pid, ticks)
            + ports.entrySet().stream()
                .map(port -> "port." + port.getKey() + "=" + port.getValue() + "\n")
                .collect(Collectors.joining()));
  }

  /// Whether it is alive; a zombie is not, nor another process with its id.
  boolean isAlive() {
    return ticks(pid).filter(now -> now == ticks).isPresent();
  }

  /// The start time of a live process (proc_pid_stat(5)).
  private static Optional<Long> ticks(long pid) {
    try {
      var stat =
          Files.readString(
              Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
      // The second field is the command in parentheses and may itself hold parentheses.
      var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 21);
      return fields[0].equals("Z") || fields[0].equals("X")
          ? Optional.empty()
          : Optional.of(Long.valueOf(fields[19]));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /// It, while it lives, and what descends from it.
  Stream<ProcessHandle> tree() {
    var handle = ProcessHandle.of(pid);
    return isAlive()
        ? handle.stream().flatMap(root -> Stream.concat(Stream.of(root), root.descendants()))
        : Stream.empty();
  }

  /// Ends it and what descends from it: TERM, and KILL after some seconds.
  void end() throws InterruptedException {
    var members = tree().toList();
    if (members.isEmpty()) {
      return;
    }
    members.getFirst().destroy();
    try {
      members.getFirst().onExit().get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException stays) {
      // Killed now.
    }
    members.forEach(ProcessHandle::destroyForcibly);
    try {
      CompletableFuture.allOf(
              members.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
          .get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException stays) {
      // A zombie that nobody reaps looks alive to the JDK.
    }
  }
}
