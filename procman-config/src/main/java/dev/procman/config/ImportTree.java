package dev.procman.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A mapping that is being written, in the order of writing.
final class ImportTree {
  private final Map<String, Object> entries = new LinkedHashMap<>();

  /// Sets a value.
  ImportTree put(String key, Object value) {
    entries.put(key, value);
    return this;
  }

  /// The mapping under a key.
  ImportTree at(String key) {
    if (entries.get(key) instanceof ImportTree present) {
      return present;
    }
    var made = new ImportTree();
    entries.put(key, made);
    return made;
  }

  /// Adds to the list under a key.
  ImportTree add(String key, Object value) {
    var items = new ArrayList<Object>();
    if (entries.get(key) instanceof List<?> present) {
      items.addAll(present);
    }
    items.add(value);
    entries.put(key, items);
    return this;
  }

  /// Writes all of this to another.
  void copyTo(ImportTree other) {
    entries.forEach((key, value) -> {
      if (value instanceof ImportTree tree) {
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
      case ImportTree tree -> tree.toMap();
      case List<?> items -> items.stream().map(ImportTree::plain).toList();
      default -> value;
    };
  }
}
