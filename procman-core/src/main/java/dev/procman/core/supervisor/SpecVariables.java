package dev.procman.core.supervisor;

import dev.procman.ProcessSpec;
import dev.procman.core.host.TempDirs;
import dev.procman.core.host.Templates;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/// What the templates of one generation are filled in with. Thread-safe: probes fill in too.
final class SpecVariables implements Templates.Variables {

  /// Where values come from beside the specification.
  ///
  /// @param ports the process's own ports
  /// @param dirs directories of the generation
  /// @param data directories of the process
  /// @param parent this JVM's environment
  /// @param otherPorts the port of another process
  record Sources(
      Map<String, Integer> ports,
      TempDirs dirs,
      TempDirs data,
      Map<String, String> parent,
      BiFunction<String, String, Optional<Integer>> otherPorts) {}

  private final ProcessSpec spec;
  private final Sources sources;
  private final Set<String> shownFromEnvironment = ConcurrentHashMap.newKeySet();

  SpecVariables(ProcessSpec spec, Sources sources) {
    this.spec = spec;
    this.sources = sources;
  }

  /// @param field where they come from, for messages
  List<String> fill(String field, List<String> texts) {
    var filled = new ArrayList<String>(texts.size());
    for (String text : texts) {
      filled.add(Templates.fill(field + "[" + filled.size() + "]", text, this));
    }
    return filled;
  }

  /// Values of this JVM's environment that were filled in somewhere.
  Set<String> shownFromEnvironment() {
    return Set.copyOf(shownFromEnvironment);
  }

  @Override
  public Optional<String> value(String name) {
    int dot = name.indexOf('.');
    if (dot < 0) {
      return name.equals("name") ? Optional.of(spec.name()) : Optional.empty();
    }
    String key = name.substring(dot + 1);
    return switch (name.substring(0, dot)) {
      case "port" -> port(key).map(String::valueOf);
      case "dir" -> Optional.of(sources.dirs.get(key).toString());
      case "data" -> Optional.of(sources.data.get(key).toString());
      case "env" -> {
        var value = Optional.ofNullable(sources.parent.get(key));
        value.ifPresent(shownFromEnvironment::add);
        yield value;
      }
      default -> Optional.empty();
    };
  }

  private Optional<Integer> port(String key) {
    int colon = key.indexOf(':');
    return colon < 0
        ? Optional.ofNullable(sources.ports.get(key))
        : sources.otherPorts.apply(key.substring(0, colon), key.substring(colon + 1));
  }

  @Override
  public Collection<String> known() {
    var known = new ArrayList<String>();
    known.add("name");
    sources.ports.keySet().stream().sorted().map(port -> "port." + port).forEach(known::add);
    known.add("port.<a started process>:<its port>");
    known.add("dir.<any name>");
    known.add("data.<any name>");
    known.add("env.<a variable of this JVM's environment>");
    return known;
  }
}
