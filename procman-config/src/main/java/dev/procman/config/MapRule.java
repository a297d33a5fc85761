package dev.procman.config;

import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Values below names that the user chooses.
///
/// @param name the pattern of the names
/// @param nameWords what a name is, for messages
/// @param value the values
/// @param sparse whether a name without a value counts as not written, since it may take away what
///   was there
/// @param <T> of what
record MapRule<T>(Pattern name, String nameWords, Rule<T> value, boolean sparse)
    implements Rule<Map<String, T>> {

  /// Names that need not have a value.
  MapRule(Pattern name, String nameWords, Rule<T> value) {
    this(name, nameWords, value, true);
  }

  /// The same, and each name must have a value.
  MapRule<T> whole() {
    return new MapRule<>(name, nameWords, value, false);
  }

  @Override
  public Shape shape() {
    return Shape.KEYS;
  }

  @Override
  public String words() {
    return "names, each with " + value.words();
  }

  @Override
  public Optional<Map<String, T>> bind(Node node, KeyPath path, Binding binding) {
    if (!(node instanceof Mapping mapping)) {
      return binding.mismatch(node, path, words());
    }
    var bound = new LinkedHashMap<String, T>();
    var nothing = new ArrayList<String>();
    mapping
        .entries()
        .forEach((key, entry) -> {
          if (!name.matcher(key).matches()) {
            binding
                .problems()
                .add(
                    entry.keyPlace(),
                    path,
                    Quoting.key(key, path),
                    "'" + Quoting.key(key, path) + "' is no " + nameWords.split(",", 2)[0],
                    nameWords.substring(nameWords.indexOf(',') + 1).strip(),
                    Optional.empty());
            return;
          }
          if (sparse && entry.value() instanceof Scalar scalar && scalar.isNull()) {
            nothing.add(key);
            return;
          }
          value.bind(entry.value(), path.key(key), binding).ifPresent(it -> bound.put(key, it));
        });
    return bound.size() + nothing.size() == mapping.entries().size()
        ? Optional.of(bound)
        : Optional.empty();
  }

  @Override
  public Object write(Map<String, T> map) {
    var written = new LinkedHashMap<String, Object>();
    map.forEach((key, each) -> written.put(key, value.write(each)));
    return written;
  }

  @Override
  public Map<String, Object> schema(Definitions definitions) {
    var schema = new LinkedHashMap<String, Object>();
    schema.put("type", "object");
    schema.put("propertyNames", Map.of("pattern", "^(?:" + name.pattern() + ")$"));
    var written = value.schema(definitions);
    schema.put(
        "additionalProperties",
        sparse ? Map.of("anyOf", List.of(written, Map.of("type", "null"))) : written);
    return schema;
  }

  @Override
  public Node normal(Node node) {
    return node instanceof Mapping mapping ? mapping.each((_, each) -> value.normal(each)) : node;
  }

  @Override
  public Node merge(Node base, Node over) {
    return Merging.merge(this, base, over);
  }

  @Override
  public Optional<Rule<?>> below(String key) {
    return Optional.of(value);
  }
}
