package dev.procman.core.supervisor;

import dev.procman.LaunchException;
import dev.procman.ProcessSpec;
import dev.procman.core.host.TempDirs;
import dev.procman.core.host.Templates;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// A specification with its templates filled in, for one generation.
///
/// @param command the program and its arguments
/// @param directory the working directory
/// @param environment all variables of the child, without the tree mark
/// @param secrets values that must not be shown to anybody
/// @param variables what templates are filled in with
record LaunchPlan(
    List<String> command,
    Optional<Path> directory,
    Map<String, String> environment,
    Secrets secrets,
    Templates.Variables variables) {

  /// Fills in.
  ///
  /// @throws LaunchException when a template names an unknown variable or a directory cannot be
  ///   made
  static LaunchPlan of(
      ProcessSpec spec, Map<String, Integer> ports, TempDirs dirs, Map<String, String> parent) {
    var variables = new SpecVariables(spec, ports, dirs, parent);
    var command = variables.fill("command", spec.command().argv());
    var directory =
        spec.directory().map(text -> Path.of(Templates.fill("directory", text, variables)));
    var environment = new TreeMap<>(spec.environment().resolve(parent));
    spec.environment()
        .values()
        .forEach((name, text) ->
            environment.put(name, Templates.fill("environment." + name, text, variables)));
    var secrets = new HashSet<>(variables.shownFromEnvironment);
    for (String name : spec.environment().secrets()) {
      var value = environment.get(name);
      if (value != null) {
        secrets.add(value);
      }
    }
    return new LaunchPlan(command, directory, environment, new Secrets(secrets), variables);
  }

  /// Fills in a text as the command was.
  ///
  /// @param field where it comes from, for messages
  String fill(String field, String text) {
    return Templates.fill(field, text, variables);
  }

  private static final class SpecVariables implements Templates.Variables {
    private final ProcessSpec spec;
    private final Map<String, Integer> ports;
    private final TempDirs dirs;
    private final Map<String, String> parent;
    private final Set<String> shownFromEnvironment = new HashSet<>();

    SpecVariables(
        ProcessSpec spec, Map<String, Integer> ports, TempDirs dirs, Map<String, String> parent) {
      this.spec = spec;
      this.ports = ports;
      this.dirs = dirs;
      this.parent = parent;
    }

    List<String> fill(String field, List<String> texts) {
      var filled = new ArrayList<String>(texts.size());
      for (String text : texts) {
        filled.add(text.indexOf('$') < 0 ? text : Templates.fill(field, text, this));
      }
      return filled;
    }

    @Override
    public Optional<String> value(String name) {
      if (name.equals("name")) {
        return Optional.of(spec.name());
      }
      if (name.startsWith("port.")) {
        return Optional.ofNullable(ports.get(name.substring(5))).map(String::valueOf);
      }
      if (name.startsWith("dir.")) {
        return Optional.of(dirs.get(name.substring(4)).toString());
      }
      if (name.startsWith("env.")) {
        var value = Optional.ofNullable(parent.get(name.substring(4)));
        value.ifPresent(shownFromEnvironment::add);
        return value;
      }
      return Optional.empty();
    }

    @Override
    public Collection<String> known() {
      var known = new ArrayList<String>();
      known.add("name");
      ports.keySet().stream().sorted().map(port -> "port." + port).forEach(known::add);
      known.add("dir.<any name>");
      known.add("env.<a variable of this JVM's environment>");
      return known;
    }
  }
}
