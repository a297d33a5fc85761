package dev.procman.config;

import dev.procman.config.Node.Entry;
import dev.procman.config.Node.Kind;
import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Scalar;
import dev.procman.config.Node.Sequence;
import java.util.LinkedHashMap;
import java.util.Map;

/// Reads the YAML of others: all scalars are texts, and what is nothing is an empty one; what they
/// mean, their reader knows. `<<` merges, as YAML 1.1 has it, since files of others rely on it.
final class ForeignYaml {
  private ForeignYaml() {}

  /// @throws ConfigException when it is no YAML, or no mapping
  static Mapping read(Source source, Limits limits) {
    var problems = new Problems();
    var root = YamlReader.read(source, limits, problems);
    problems.throwAny();
    if (root.isEmpty()) {
      return Mapping.of(Map.of(), source.start());
    }
    if (root.get() instanceof Mapping mapping) {
      return merged(mapping);
    }
    throw Problems.only(root.get().place(), "this is no mapping", "keys and values");
  }

  private static Node plain(Node node) {
    return switch (node) {
      case Scalar scalar ->
          Scalar.of(scalar.isNull() ? "" : scalar.text(), Kind.TEXT, scalar.place());
      case Sequence list ->
          new Sequence(
              list.items().stream().map(ForeignYaml::plain).toList(),
              list.place(),
              list.replaced());
      case Mapping mapping -> merged(mapping);
    };
  }

  private static Mapping merged(Mapping mapping) {
    var own = new LinkedHashMap<>(mapping.each((_, value) -> plain(value)).entries());
    var under = own.remove("<<");
    if (under != null) {
      merge(under.value(), own);
    }
    return mapping.with(own);
  }

  private static void merge(Node value, Map<String, Entry> into) {
    switch (value) {
      case Mapping mapping -> mapping.entries().forEach(into::putIfAbsent);
      case Sequence list -> list.items().forEach(item -> merge(item, into));
      case Scalar scalar ->
          throw Problems.only(scalar.place(), "'<<' has no mapping", "an alias of a mapping");
    }
  }
}
