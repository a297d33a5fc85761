package dev.procman.config;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/// The parts of a JSON Schema that others refer to. Not thread-safe.
final class Definitions {
  private final Map<String, Object> parts = new TreeMap<>();

  /// A reference to the part of that name, which is made when it is first asked for.
  Map<String, Object> refer(String name, Supplier<Map<String, Object>> part) {
    if (!parts.containsKey(name)) {
      // A part may be part of itself.
      parts.put(name, Map.of());
      parts.put(name, part.get());
    }
    return Map.of("$ref", "#/$defs/" + name);
  }

  Map<String, Object> parts() {
    return parts;
  }
}
