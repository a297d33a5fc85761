package dev.procman.config;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// A rule that is looked up when it is used, since it is part of itself.
///
/// @param rule finds it
record LazyRule<T>(Supplier<Rule<T>> rule) implements Rule<T> {
  @Override
  public Shape shape() {
    return rule.get().shape();
  }

  @Override
  public String words() {
    return rule.get().words();
  }

  @Override
  public Optional<T> bind(Node node, KeyPath path, Binding binding) {
    return rule.get().bind(node, path, binding);
  }

  @Override
  public Object write(T value) {
    return rule.get().write(value);
  }

  @Override
  public Map<String, Object> schema(Definitions definitions) {
    return rule.get().schema(definitions);
  }

  @Override
  public Node normal(Node node) {
    return rule.get().normal(node);
  }

  @Override
  public Node merge(Node base, Node over) {
    return rule.get().merge(base, over);
  }

  @Override
  public Optional<Rule<?>> below(String key) {
    return rule.get().below(key);
  }
}
