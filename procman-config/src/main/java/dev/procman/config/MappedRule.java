package dev.procman.config;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// A rule whose values are turned into others and back.
///
/// @param rule the rule
/// @param to makes the other
/// @param from makes it back
record MappedRule<T, U>(Rule<T> rule, Function<T, U> to, Function<U, T> from) implements Rule<U> {
  @Override
  public Shape shape() {
    return rule.shape();
  }

  @Override
  public String words() {
    return rule.words();
  }

  @Override
  public Optional<U> bind(Node node, KeyPath path, Binding binding) {
    return rule.bind(node, path, binding).map(to);
  }

  @Override
  public Object write(U value) {
    return rule.write(from.apply(value));
  }

  @Override
  public Map<String, Object> schema(Definitions definitions) {
    return rule.schema(definitions);
  }

  @Override
  public Node normal(Node node) {
    return rule.normal(node);
  }

  @Override
  public Node merge(Node base, Node over) {
    return rule.merge(base, over);
  }

  @Override
  public Optional<Rule<?>> below(String key) {
    return rule.below(key);
  }
}
