package dev.procman.config;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// Copies that keep the order in which things were written; those of the JDK do not.
final class Ordered {
  private Ordered() {}

  static <V> Map<String, V> copy(Map<String, ? extends V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  static <E> Set<E> copy(Set<? extends E> set) {
    return Collections.unmodifiableSet(new LinkedHashSet<>(set));
  }

  static <E> Set<E> set(Collection<? extends E> items) {
    return Collections.unmodifiableSet(new LinkedHashSet<>(items));
  }
}
