package dev.procman.config;

import dev.procman.config.Node.Entry;
import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Scalar;
import java.util.LinkedHashMap;
import java.util.Map;

/// Puts keys on top of others.
final class Merging {
  private Merging() {}

  /// Key by key; nothing (`key:` or `key: null`) takes away what was there.
  static Node merge(Rule<?> rule, Node base, Node over) {
    if (!(base instanceof Mapping under) || !(over instanceof Mapping upper)) {
      return over.replacing(base);
    }
    var entries = new LinkedHashMap<>(under.entries());
    if (rule instanceof ObjectRule<?> object) {
      removeExcluded(object, upper, entries);
    }
    upper.entries().forEach((key, entry) -> merge(rule, entries, key, entry));
    return new Mapping(entries, upper.place(), upper.replaced());
  }

  /// A key takes the place of what excludes it further away. Two that stand side by side stay, so
  /// that their contradiction is told.
  private static void removeExcluded(
      ObjectRule<?> rule, Mapping upper, Map<String, Entry> entries) {
    upper
        .entries()
        .forEach((key, entry) -> {
          if (!(entry.value() instanceof Scalar scalar && scalar.isNull())) {
            rule.excludedBy(key).forEach(entries::remove);
          }
        });
  }

  private static void merge(Rule<?> rule, Map<String, Entry> entries, String key, Entry over) {
    var base = entries.get(key);
    if (base == null) {
      entries.put(key, over);
    } else if (over.value() instanceof Scalar scalar && scalar.isNull()) {
      entries.remove(key);
    } else {
      var merged =
          rule.below(key)
              .map(below -> below.merge(base.value(), over.value()))
              .orElseGet(() -> over.value().replacing(base.value()));
      entries.put(key, new Entry(over.keyPlace(), merged));
    }
  }
}
