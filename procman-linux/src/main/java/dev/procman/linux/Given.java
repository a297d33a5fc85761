package dev.procman.linux;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a launcher gives a child of its own accord, beside what was asked for.
///
/// @param variables of its environment; they replace those asked for
/// @param without variables that it must not get
/// @param descriptors of this JVM that it finds from 3 on, in this order; each is above all places
///   that are taken so
record Given(Map<String, String> variables, Set<String> without, List<Integer> descriptors) {
  /// The first descriptor after the standard streams.
  static final int FIRST = 3;

  /// With one more variable.
  Given with(String name, String value) {
    var more = new HashMap<>(variables);
    more.put(name, value);
    return new Given(more, without, descriptors);
  }
}
