package dev.procman.config.importer;

import dev.procman.config.importer.Foreign.Field;
import dev.procman.config.importer.Foreign.Fields;
import dev.procman.config.importer.Foreign.Items;
import dev.procman.config.importer.Foreign.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the keys of one mapping, each once. What nobody asked for is left at the end and told, so
/// that no key can be forgotten.
final class Reading {
  private final String path;
  private final Place place;
  private final Map<String, Field> left;
  private final Findings findings;

  Reading(String path, Fields fields, Findings findings) {
    this.path = path;
    this.place = fields.place();
    this.left = new LinkedHashMap<>(fields.fields());
    this.findings = findings;
  }

  /// Where the mapping begins.
  Place place() {
    return place;
  }

  /// The key's path from the root of the file.
  String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  List<String> keys() {
    return List.copyOf(left.keySet());
  }

  /// The value of a key, which nobody can ask for again.
  Optional<Field> take(String key) {
    return Optional.ofNullable(left.remove(key));
  }

  /// Tells of a key that was taken.
  void tell(Field field, String key, String instead) {
    findings.add(field.place(), path(key), instead);
  }

  /// Takes and tells of a key that procman cannot do, unless it is off, as it is by default.
  void cannot(String key, String instead) {
    take(key).filter(field -> !isOff(field.value())).ifPresent(field -> tell(field, key, instead));
  }

  private static boolean isOff(Foreign value) {
    return value instanceof Scalar(Place _, String text)
        && (text.isEmpty() || Words.isFalse(text) || text.equals("0"));
  }

  /// A scalar.
  Optional<Text> text(String key) {
    return take(key)
        .flatMap(field -> {
          if (field.value() instanceof Scalar(Place at, String text)) {
            return Optional.of(new Text(at, path(key), text));
          }
          tell(field, key, "left out: it is no text");
          return Optional.empty();
        });
  }

  /// Texts: those of a list, or the only one.
  List<Text> texts(String key) {
    var texts = new ArrayList<Text>();
    take(key)
        .ifPresent(field -> {
          var items =
              field.value() instanceof Items(Place _, List<Foreign> several)
                  ? several
                  : List.of(field.value());
          for (Foreign item : items) {
            if (item instanceof Scalar(Place at, String text)) {
              texts.add(new Text(at, path(key), text));
            } else {
              findings.add(item.place(), path(key), "left out: it is no text");
            }
          }
        });
    return texts;
  }

  /// A mapping.
  Optional<Reading> fields(String key) {
    return take(key)
        .flatMap(field -> {
          if (field.value() instanceof Fields fields) {
            return Optional.of(new Reading(path(key), fields, findings));
          }
          if (!isOff(field.value())) {
            tell(field, key, "left out: it is no mapping");
          }
          return Optional.empty();
        });
  }

  /// Tells of all that nobody has asked for.
  void rest(String instead) {
    left.forEach((key, field) -> findings.add(field.place(), path(key), instead));
    left.clear();
  }

  /// A scalar that was read, with what is needed to tell of it.
  record Text(Place place, String path, String text) {}
}
