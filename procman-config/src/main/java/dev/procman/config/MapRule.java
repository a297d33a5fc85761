package dev.procman.config;

import dev.procman.config.Node.Mapping;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Values below names that the user chooses.
///
/// @param name the pattern of the names
/// @param nameWords what a name is, for messages
/// @param value the values
/// @param <T> of what
record MapRule<T>(Pattern name, String nameWords, Rule<T> value) implements Rule<Map<String, T>> {

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
          value.bind(entry.value(), path.key(key), binding).ifPresent(it -> bound.put(key, it));
        });
    return bound.size() == mapping.entries().size() ? Optional.of(bound) : Optional.empty();
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
    schema.put("additionalProperties", value.schema(definitions));
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
