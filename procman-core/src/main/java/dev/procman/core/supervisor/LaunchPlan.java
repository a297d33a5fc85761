package dev.procman.core.supervisor;

import dev.procman.LaunchException;
import dev.procman.LaunchSettings;
import dev.procman.ProcessSpec;
import dev.procman.StandardInput;
import dev.procman.core.host.PrivateFiles;
import dev.procman.core.host.Templates;
import dev.procman.spi.ProcessOwner;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A specification with its templates filled in, for one generation.
///
/// @param command the program and its arguments
/// @param directory the working directory
/// @param environment all variables of the child, without the tree mark
/// @param input what it reads from its standard input
/// @param files contents of files, by path
/// @param settings what the operating system is to do with it
/// @param secrets values that must not be shown to anybody
/// @param variables what templates are filled in with
record LaunchPlan(
    List<String> command,
    Optional<Path> directory,
    Map<String, String> environment,
    StandardInput input,
    Map<Path, String> files,
    LaunchSettings settings,
    Secrets secrets,
    SpecVariables variables) {
  private static final String PWD = "PWD";
  private static final Path NOTHING =
      Path.of(java.io.File.separatorChar == '/' ? "/dev/null" : "NUL");
  private static final List<String> WATCHDOG = List.of("WATCHDOG_USEC", "WATCHDOG_PID");

  /// Fills in.
  ///
  /// @throws LaunchException when a template names an unknown variable or a directory cannot be
  ///   made
  static LaunchPlan of(ProcessSpec spec, SpecVariables.Sources sources) {
    var variables = new SpecVariables(spec, sources);
    var command = variables.fill("command", spec.command().argv());
    var directory =
        spec.directory().map(text -> Path.of(Templates.fill("directory", text, variables)));
    var environment = environment(spec, sources.parent());
    spec.environment()
        .values()
        .forEach((name, text) ->
            environment.put(name, Templates.fill("environment." + name, text, variables)));
    directory.ifPresent(path -> setWorkingDirectory(environment, path, spec));
    var files = new TreeMap<Path, String>();
    spec.files()
        .forEach((path, content) -> {
          var file = Path.of(Templates.fill("files", path, variables));
          files.put(
              directory.map(base -> base.resolve(file)).orElse(file),
              Templates.fill("files." + path, content, variables));
        });
    var secrets = new HashSet<>(variables.shownFromEnvironment());
    for (String name : spec.environment().secrets()) {
      var value = environment.get(name);
      if (value != null) {
        secrets.add(value);
      }
    }
    var settings =
        spec.launch().withPaths(path -> Templates.fill("launch.sockets", path, variables));
    var input =
        switch (spec.stdin()) {
          case StandardInput.Text text ->
              new StandardInput.Text(Templates.fill("stdin.text", text.text(), variables));
          case StandardInput.File file ->
              new StandardInput.File(Templates.fill("stdin.file", file.path(), variables));
          case StandardInput.Pipe pipe -> pipe;
          case StandardInput.None none -> none;
        };
    return new LaunchPlan(
        command, directory, environment, input, files, settings, new Secrets(secrets), variables);
  }

  /// The file that its standard input reads from; empty where that is a pipe.
  Optional<Path> inputFile() {
    return switch (input) {
      case StandardInput.None _ -> Optional.of(NOTHING);
      case StandardInput.File file -> {
        var path = Path.of(file.path());
        yield Optional.of(directory.map(base -> base.resolve(path)).orElse(path).toAbsolutePath());
      }
      case StandardInput.Pipe _, StandardInput.Text _ -> Optional.empty();
    };
  }

  /// What is inherited as `PWD` names the directory of this JVM.
  private static void setWorkingDirectory(
      Map<String, String> environment, Path directory, ProcessSpec spec) {
    if (environment.containsKey(PWD) && !spec.environment().values().containsKey(PWD)) {
      environment.put(PWD, directory.toAbsolutePath().normalize().toString());
    }
  }

  /// Before templates are filled in. What this JVM's own supervisor expects of it is not for a
  /// process that has somebody else to tell.
  private static Map<String, String> environment(ProcessSpec spec, Map<String, String> parent) {
    var inherited = new TreeMap<>(parent);
    if (spec.launch().notifications()) {
      WATCHDOG.forEach(inherited::remove);
    }
    return new TreeMap<>(spec.environment().resolve(inherited));
  }

  /// Writes the files.
  ///
  /// @param owner whose they are, when not this user's
  /// @throws LaunchException when one cannot be written
  void writeFiles(Optional<ProcessOwner> owner) {
    files.forEach((path, content) -> PrivateFiles.write(path, content, owner));
  }

  /// Fills in a text as the command was.
  ///
  /// @param field where it comes from, for messages
  String fill(String field, String text) {
    return Templates.fill(field, text, variables);
  }
}
