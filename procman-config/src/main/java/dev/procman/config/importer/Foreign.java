package dev.procman.config.importer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A value of a foreign file, with its place. All scalars are texts: what they mean, their reader
/// knows.
sealed interface Foreign {
  /// Where it begins.
  Place place();

  /// A scalar.
  record Scalar(Place place, String text) implements Foreign {}

  /// Values in a row.
  record Items(Place place, List<Foreign> items) implements Foreign {
    /// Copies the list.
    public Items {
      items = List.copyOf(items);
    }
  }

  /// Values by key, in the order of the file.
  record Fields(Place place, Map<String, Field> fields) implements Foreign {
    /// Copies the map.
    public Fields {
      fields = new LinkedHashMap<>(fields);
    }
  }

  /// A key and its value.
  ///
  /// @param place where the key is
  record Field(Place place, Foreign value) {}
}
