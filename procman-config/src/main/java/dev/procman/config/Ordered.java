package dev.procman.config;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// Collections that keep the order in which things were written; copies of the JDK do not.
final class Ordered {
  private Ordered() {}

  static <V> Map<String, V> copy(Map<String, ? extends V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  /// A map in this order of `key, value, key, value`.
  @SuppressWarnings("unchecked") // callers give texts and values by turns
  static <V> Map<String, V> pairs(Object... pairs) {
    var map = new LinkedHashMap<String, V>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], (V) pairs[i + 1]);
    }
    return map;
  }

  static <E> Set<E> copy(Set<? extends E> set) {
    return Collections.unmodifiableSet(new LinkedHashSet<>(set));
  }

  static <E> Set<E> set(Collection<? extends E> items) {
    return Collections.unmodifiableSet(new LinkedHashSet<>(items));
  }
}
