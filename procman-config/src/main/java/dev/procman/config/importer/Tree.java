package dev.procman.config.importer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A mapping that is being written, in the order of writing.
final class Tree {
  private final Map<String, Object> entries = new LinkedHashMap<>();

  /// Sets a value.
  Tree put(String key, Object value) {
    entries.put(key, value);
    return this;
  }

  /// The mapping under a key.
  Tree at(String key) {
    if (entries.get(key) instanceof Tree present) {
      return present;
    }
    var made = new Tree();
    entries.put(key, made);
    return made;
  }

  /// Adds to the list under a key.
  Tree add(String key, Object value) {
    var items = new ArrayList<Object>();
    if (entries.get(key) instanceof List<?> present) {
      items.addAll(present);
    }
    items.add(value);
    entries.put(key, items);
    return this;
  }

  /// Writes all of this to another.
  void copyTo(Tree other) {
    entries.forEach((key, value) -> {
      if (value instanceof Tree tree) {
        tree.copyTo(other.at(key));
      } else {
        other.put(key, value);
      }
    });
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /// The same in maps and lists.
  Map<String, Object> toMap() {
    var map = new LinkedHashMap<String, Object>();
    entries.forEach((key, value) -> map.put(key, plain(value)));
    return map;
  }

  private static Object plain(Object value) {
    return switch (value) {
      case Tree tree -> tree.toMap();
      case List<?> items -> items.stream().map(Tree::plain).toList();
      default -> value;
    };
  }
}
