package dev.procman.config;

import dev.procman.config.Node.Entry;
import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Scalar;
import dev.procman.config.Node.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the keys of one mapping, each once. What nobody asked for is left at the end and told, so
/// that no key can be forgotten.
final class ForeignMapping {
  private final String path;
  private final Place place;
  private final Map<String, Entry> left;
  private final ImportFindings findings;

  ForeignMapping(String path, Mapping mapping, ImportFindings findings) {
    this.path = path;
    this.place = mapping.place();
    this.left = new LinkedHashMap<>(mapping.entries());
    this.findings = findings;
  }

  /// Where the mapping begins.
  Place place() {
    return place;
  }

  /// The mapping's path from the root of the file.
  String path() {
    return path;
  }

  /// A value that nobody has taken yet.
  Optional<Entry> peek(String key) {
    return Optional.ofNullable(left.get(key));
  }

  /// The key's path from the root of the file.
  String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  List<String> keys() {
    return List.copyOf(left.keySet());
  }

  /// The value of a key, which nobody can ask for again.
  Optional<Entry> take(String key) {
    return Optional.ofNullable(left.remove(key));
  }

  /// Tells of a key that was taken.
  void tell(Entry entry, String key, String instead) {
    findings.add(entry.keyPlace(), path(key), instead);
  }

  /// Takes and tells of a key that procman cannot do, unless it is off, as it is by default.
  void cannot(String key, String instead) {
    take(key).filter(entry -> !isOff(entry.value())).ifPresent(entry -> tell(entry, key, instead));
  }

  private static boolean isOff(Node value) {
    return value instanceof Scalar scalar
        && (scalar.text().isEmpty() || ForeignWords.isFalse(scalar.text()));
  }

  /// A scalar.
  Optional<Text> text(String key) {
    return take(key)
        .flatMap(entry -> {
          if (entry.value() instanceof Scalar scalar) {
            return Optional.of(new Text(scalar.place(), path(key), scalar.text()));
          }
          tell(entry, key, "left out: it is no text");
          return Optional.empty();
        });
  }

  /// Texts: those of a list, or the only one.
  List<Text> texts(String key) {
    var texts = new ArrayList<Text>();
    take(key)
        .ifPresent(entry -> {
          var items =
              entry.value() instanceof Sequence list ? list.items() : List.of(entry.value());
          for (Node item : items) {
            if (item instanceof Scalar scalar) {
              texts.add(new Text(scalar.place(), path(key), scalar.text()));
            } else {
              findings.add(item.place(), path(key), "left out: it is no text");
            }
          }
        });
    return texts;
  }

  /// A mapping.
  Optional<ForeignMapping> fields(String key) {
    return take(key)
        .flatMap(entry -> {
          if (entry.value() instanceof Mapping mapping) {
            return Optional.of(new ForeignMapping(path(key), mapping, findings));
          }
          if (!isOff(entry.value())) {
            tell(entry, key, "left out: it is no mapping");
          }
          return Optional.empty();
        });
  }

  /// Tells of all that nobody has asked for.
  void rest(String instead) {
    left.forEach((key, entry) -> findings.add(entry.keyPlace(), path(key), instead));
    left.clear();
  }

  /// A scalar that was read, with what is needed to tell of it.
  record Text(Place place, String path, String text) {}
}
