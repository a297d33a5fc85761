package dev.procman.config;

import dev.procman.InvalidSpecException;
import dev.procman.config.Node.Entry;
import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Known keys with values. A key that is not known is an error; one without a value counts as not
/// written.
///
/// @param <T> what is made of them
final class ObjectRule<T> implements Rule<T> {
  private static final int MOST_KEYS_TOLD = 12;

  private final String name;
  private final Map<String, Part<T, ?>> parts;
  private final List<Group> groups;
  private final Optional<String> free;
  private final Function<Values, T> make;

  /// A key and how its value is got from what was made; empty when it need not be written.
  private record Part<T, V>(Key<V> key, Function<T, Optional<V>> read) {
    Optional<Object> write(T value) {
      return read.apply(value).map(key.rule()::write);
    }
  }

  /// Keys that exclude each other.
  ///
  /// @param keys the keys
  /// @param required whether one must be there
  /// @param excuse a key beside which none has to be, since what it stands for is put beneath
  private record Group(Set<String> keys, boolean required, Optional<String> excuse) {
    Map<String, Object> schema() {
      var one = new ArrayList<>(keys.stream().map(Group::present).toList());
      if (required && excuse.isEmpty()) {
        return Map.of("oneOf", one);
      }
      Map<String, Object> none = Map.of("not", Map.of("anyOf", List.copyOf(one)));
      one.add(
          required ? Ordered.pairs("allOf", List.of(none, present(excuse.orElseThrow()))) : none);
      return Map.of("oneOf", one);
    }

    /// A key without a value counts as not written.
    private static Map<String, Object> present(String key) {
      Map<String, Object> something = Map.of("not", Map.of("type", "null"));
      return Ordered.pairs("required", List.of(key), "properties", Map.of(key, something));
    }
  }

  private ObjectRule(
      String name,
      Map<String, Part<T, ?>> parts,
      List<Group> groups,
      Optional<String> free,
      Function<Values, T> make) {
    this.name = name;
    this.parts = parts;
    this.groups = groups;
    this.free = free;
    this.make = make;
  }

  /// Begins a rule.
  ///
  /// @param name its name in the JSON Schema
  static <T> Builder<T> of(String name) {
    return new Builder<>(name);
  }

  /// Collects a rule.
  static final class Builder<T> {
    private final String name;
    private final Map<String, Part<T, ?>> parts = new LinkedHashMap<>();
    private final List<Group> groups = new ArrayList<>();
    private Optional<String> free = Optional.empty();

    private Builder(String name) {
      this.name = name;
    }

    /// A key.
    ///
    /// @param read its value of what was made; empty when that is the default
    <V> Builder<T> key(Key<V> key, Function<T, Optional<V>> read) {
      parts.put(key.name(), new Part<>(key, read));
      return this;
    }

    /// One of these keys must be there, and only one.
    Builder<T> exactlyOne(Key<?>... keys) {
      groups.add(group(true, Optional.empty(), keys));
      return this;
    }

    /// One of these keys must be there, and only one, or the excuse in place of them.
    Builder<T> exactlyOneUnless(Key<?> excuse, Key<?>... keys) {
      groups.add(group(true, Optional.of(excuse.name()), keys));
      return this;
    }

    /// Only one of these keys may be there.
    Builder<T> atMostOne(Key<?>... keys) {
      groups.add(group(false, Optional.empty(), keys));
      return this;
    }

    private static Group group(boolean required, Optional<String> excuse, Key<?>... keys) {
      var names = new LinkedHashSet<String>();
      for (Key<?> key : keys) {
        names.add(key.name());
      }
      return new Group(names, required, excuse);
    }

    /// Keys that begin with this may hold anything.
    Builder<T> free(String prefix) {
      this.free = Optional.of(prefix);
      return this;
    }

    /// What is made of the values; an [InvalidSpecException] is told at the key that it names.
    ObjectRule<T> make(Function<Values, T> make) {
      return new ObjectRule<>(name, parts, groups, free, make);
    }
  }

  /// The same keys, none of which must be there; nothing is made of them.
  Rule<Boolean> partial(String name) {
    var optional = new LinkedHashMap<String, Part<Boolean, ?>>();
    parts.forEach((key, part) -> optional.put(key, optional(part.key())));
    var lenient =
        groups.stream().map(group -> new Group(group.keys(), false, Optional.empty())).toList();
    return new ObjectRule<>(name, optional, lenient, free, _ -> true);
  }

  private static <V> Part<Boolean, V> optional(Key<V> key) {
    return new Part<>(key.optional(), _ -> Optional.empty());
  }

  /// Its name in the JSON Schema.
  String name() {
    return name;
  }

  /// The keys, for documents.
  List<Key<?>> keys() {
    var keys = new ArrayList<Key<?>>();
    parts.values().forEach(part -> keys.add(part.key()));
    return keys;
  }

  Set<String> excludedBy(String key) {
    var excluded = new LinkedHashSet<String>();
    groups.stream()
        .filter(group -> group.keys().contains(key))
        .forEach(group -> excluded.addAll(group.keys()));
    excluded.remove(key);
    return excluded;
  }

  @Override
  public Shape shape() {
    return Shape.KEYS;
  }

  @Override
  public String words() {
    var names = List.copyOf(parts.keySet());
    return names.size() > MOST_KEYS_TOLD
        ? "keys such as " + String.join(", ", names.subList(0, MOST_KEYS_TOLD / 2))
        : "the keys " + String.join(", ", names);
  }

  @Override
  public Optional<T> bind(Node node, KeyPath path, Binding binding) {
    if (!(node instanceof Mapping mapping)) {
      return binding.mismatch(node, path, words());
    }
    int before = binding.problems().count();
    var meant = new LinkedHashSet<String>();
    mapping
        .entries()
        .forEach((key, entry) -> {
          if (!parts.containsKey(key) && free.filter(key::startsWith).isEmpty()) {
            unknown(key, entry, path, binding).ifPresent(meant::add);
          }
        });
    requireKeys(mapping, meant, path, binding);
    var values = new Values(mapping, path, binding);
    if (groups.stream().anyMatch(group -> isExcused(group, mapping))) {
      values.incomplete();
    }
    parts.values().forEach(part -> bind(part.key(), mapping, values));
    if (binding.problems().count() > before || values.isIncomplete()) {
      return Optional.empty();
    }
    try {
      return Optional.of(make.apply(values));
    } catch (InvalidSpecException wrong) {
      blame(wrong, mapping, path, binding);
      return Optional.empty();
    }
  }

  private static <V> void bind(Key<V> key, Mapping mapping, Values values) {
    var entry = mapping.entries().get(key.name());
    if (entry == null || isNothing(entry.value())) {
      return;
    }
    key.rule()
        .bind(entry.value(), values.path().key(key.name()), values.binding())
        .ifPresentOrElse(value -> values.put(key, value), values::incomplete);
  }

  private static boolean isNothing(Node node) {
    return node instanceof Scalar scalar && scalar.isNull();
  }

  /// Tells that a key is not known.
  ///
  /// @return what was probably meant
  private Optional<String> unknown(String key, Entry entry, KeyPath path, Binding binding) {
    var meant =
        parts.values().stream()
            .filter(part -> part.key().misnomers().contains(key))
            .map(part -> part.key().name())
            .findFirst()
            .or(() -> Nearest.to(key, parts.keySet()));
    binding
        .problems()
        .add(
            entry.keyPlace(),
            path,
            key,
            "there is no key '" + Problems.cut(key) + "' here",
            words(),
            meant);
    return meant;
  }

  /// What was written under another name is not missing.
  private void requireKeys(Mapping mapping, Set<String> meant, KeyPath path, Binding binding) {
    for (var part : parts.values()) {
      var key = part.key();
      var entry = mapping.entries().get(key.name());
      if (key.required()
          && !meant.contains(key.name())
          && (entry == null || isNothing(entry.value()))) {
        binding
            .problems()
            .add(
                mapping.keyPlace(key.name()),
                path,
                "the key '" + key.name() + "' is missing",
                key.rule().words());
      }
    }
    for (Group group : groups) {
      var present = present(group, mapping);
      if (present.size() > 1) {
        var last = mapping.keyPlace(present.getLast());
        var shown = present.stream().map(key -> at(key, mapping, last)).toList();
        binding
            .problems()
            .add(last, path, String.join(" and ", shown) + " exclude each other", "one of them");
      } else if (present.isEmpty()
          && group.required()
          && !isExcused(group, mapping)
          && meant.stream().noneMatch(group.keys()::contains)) {
        binding
            .problems()
            .add(
                mapping.place(),
                path,
                "a key is missing",
                "one of the keys " + String.join(", ", group.keys()));
      }
    }
  }

  /// In the order in which they are written.
  private static List<String> present(Group group, Mapping mapping) {
    return mapping.entries().entrySet().stream()
        .filter(entry -> group.keys().contains(entry.getKey()))
        .filter(entry -> !isNothing(entry.getValue().value()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /// What would bring the missing key could not be found, which was told.
  private static boolean isExcused(Group group, Mapping mapping) {
    return present(group, mapping).isEmpty()
        && group.excuse().flatMap(mapping::find).filter(node -> !isNothing(node)).isPresent();
  }

  /// A key and where it stands, for a problem that is told at another.
  private static String at(String key, Mapping mapping, Place other) {
    var place = mapping.keyPlace(key);
    if (place.line() == 0) {
      return "'" + key + "'";
    }
    var source = place.source().equals(other.source()) ? "" : place.source().name() + ":";
    return "'" + key + "' at " + source + place.line() + ":" + place.column();
  }

  /// At the key that the exception's field ends with, if it is there.
  private static void blame(
      InvalidSpecException wrong, Mapping mapping, KeyPath path, Binding binding) {
    var field = wrong.field().substring(wrong.field().lastIndexOf('.') + 1);
    var key = field.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    var entry = mapping.entries().get(key);
    binding
        .problems()
        .add(
            entry == null ? mapping.place() : entry.value().place(),
            entry == null ? path : path.key(key),
            Problems.words(wrong),
            "");
  }

  @Override
  public Object write(T value) {
    var written = new LinkedHashMap<String, Object>();
    parts.forEach((key, part) -> part.write(value).ifPresent(it -> written.put(key, it)));
    return written;
  }

  @Override
  public Map<String, Object> schema(Definitions definitions) {
    return definitions.refer(name, () -> ownSchema(definitions));
  }

  /// The schema itself and not a reference to it.
  Map<String, Object> ownSchema(Definitions definitions) {
    var schema = new LinkedHashMap<String, Object>();
    var properties = new LinkedHashMap<String, Object>();
    var required = new ArrayList<String>();
    for (var part : parts.values()) {
      var key = part.key();
      var property = new LinkedHashMap<String, Object>();
      property.put("description", key.about());
      if (key.required()) {
        property.putAll(key.rule().schema(definitions));
      } else {
        property.put("anyOf", List.of(key.rule().schema(definitions), Map.of("type", "null")));
      }
      properties.put(key.name(), property);
      if (key.required()) {
        required.add(key.name());
      }
    }
    schema.put("type", "object");
    schema.put("properties", properties);
    free.ifPresent(prefix -> schema.put("patternProperties", Map.of("^" + prefix, Map.of())));
    schema.put("additionalProperties", false);
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    var conditions = groups.stream().map(Group::schema).toList();
    if (!conditions.isEmpty()) {
      schema.put("allOf", conditions);
    }
    return schema;
  }

  @Override
  public Node normal(Node node) {
    return node instanceof Mapping mapping
        ? mapping.each((key, value) -> below(key).map(rule -> rule.normal(value)).orElse(value))
        : node;
  }

  @Override
  public Node merge(Node base, Node over) {
    return Merging.merge(this, base, over);
  }

  @Override
  public Optional<Rule<?>> below(String key) {
    return Optional.ofNullable(parts.get(key)).map(part -> part.key().rule());
  }

  /// The key of that name.
  Optional<Key<?>> key(String key) {
    return Optional.ofNullable(parts.get(key)).map(Part::key);
  }
}
