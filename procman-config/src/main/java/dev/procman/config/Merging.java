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
    upper
        .entries()
        .forEach((key, entry) -> {
          if (rule instanceof ObjectRule<?> object) {
            object.excludedBy(key).forEach(entries::remove);
          }
          merge(rule, entries, key, entry);
        });
    return new Mapping(entries, upper.place(), upper.replaced());
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
