package dev.procman.config;

import dev.procman.config.Node.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A list. In a merge it takes the place of the other as a whole.
///
/// @param item its items
/// @param least how many there must be
/// @param first the first of them, if that is another
/// @param <T> of what
record ListRule<T>(Rule<T> item, int least, Optional<Rule<T>> first) implements Rule<List<T>> {
  static <T> ListRule<T> of(Rule<T> item) {
    return new ListRule<>(item, 0, Optional.empty());
  }

  static <T> ListRule<T> some(Rule<T> item) {
    return new ListRule<>(item, 1, Optional.empty());
  }

  /// A list that is not empty and begins with something particular.
  static <T> ListRule<T> begunBy(Rule<T> first, Rule<T> item) {
    return new ListRule<>(item, 1, Optional.of(first));
  }

  @Override
  public Shape shape() {
    return Shape.LIST;
  }

  @Override
  public String words() {
    return "a list (each item: " + item.words() + ")";
  }

  @Override
  public Optional<List<T>> bind(Node node, KeyPath path, Binding binding) {
    if (!(node instanceof Sequence list)) {
      return binding.mismatch(node, path, words());
    }
    if (list.items().size() < least) {
      binding.problems().add(list.place(), path, "the list is empty", words());
      return Optional.empty();
    }
    var bound = new ArrayList<T>(list.items().size());
    for (int i = 0; i < list.items().size(); i++) {
      var rule = i == 0 ? first.orElse(item) : item;
      rule.bind(list.items().get(i), path.item(i), binding).ifPresent(bound::add);
    }
    return bound.size() == list.items().size() ? Optional.of(bound) : Optional.empty();
  }

  @Override
  public Object write(List<T> value) {
    return value.stream().map(item::write).toList();
  }

  @Override
  public Map<String, Object> schema(Definitions definitions) {
    var schema = new LinkedHashMap<String, Object>();
    schema.put("type", "array");
    first.ifPresent(rule -> schema.put("prefixItems", List.of(rule.schema(definitions))));
    schema.put("items", item.schema(definitions));
    if (least > 0) {
      schema.put("minItems", least);
    }
    return schema;
  }

  @Override
  public Node normal(Node node) {
    return node instanceof Sequence list
        ? new Sequence(
            list.items().stream().map(item::normal).toList(), list.place(), list.replaced())
        : node;
  }
}
