package dev.procman.spi;

import dev.procman.LaunchSettings;
import dev.procman.ProcessId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// One process to start; everything is resolved. Its [#toString()] shows neither arguments nor
/// values of the environment, since both may hold secrets.
///
/// @param id which generation this is
/// @param command the program and its arguments
/// @param directory the working directory; this JVM's when empty
/// @param environment all variables the child gets
/// @param drainQuiet after the exit, how long the pipes must be silent before what is still open is
///   cut
/// @param settings what the operating system is to do with it; templates are filled in
/// @param ports numbers of the ports that its sockets name
/// @param input the file that its standard input reads from, absolute; a pipe when empty. Only
///   asked of a launcher that has [ProcessLauncher.Capability#INPUT_FILE]
public record LaunchRequest(
    ProcessId id,
    List<String> command,
    Optional<Path> directory,
    Map<String, String> environment,
    Duration drainQuiet,
    LaunchSettings settings,
    Map<String, Integer> ports,
    Optional<Path> input) {
  /// Copies the collections.
  public LaunchRequest {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    ports = Map.copyOf(ports);
  }

  /// With a pipe as its standard input.
  public LaunchRequest(
      ProcessId id,
      List<String> command,
      Optional<Path> directory,
      Map<String, String> environment,
      Duration drainQuiet,
      LaunchSettings settings,
      Map<String, Integer> ports) {
    this(id, command, directory, environment, drainQuiet, settings, ports, Optional.empty());
  }

  /// The environment variable by which members of a tree are recognised after their parents are
  /// gone. A launcher that can list trees finds it in [#environment()]; its value is unique to the
  /// manager and the generation, and its part before the last `/` unique to the manager.
  public static final String TREE_MARK = "PROCMAN_TREE";

  /// The environment variable by which a manager's orphan guard is recognised; its value is the
  /// manager's part of the tree mark.
  public static final String GUARD_MARK = "PROCMAN_GUARD";

  @Override
  public String toString() {
    return "LaunchRequest["
        + id
        + ", "
        + command.size()
        + " words, environment "
        + new TreeMap<>(environment).keySet()
        + "]";
  }
}
