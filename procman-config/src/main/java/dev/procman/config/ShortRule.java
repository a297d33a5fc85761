package dev.procman.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// A rule with shorthands of other shapes, which are written out before anything is merged.
///
/// @param full the rule
/// @param shorts the shorthands
/// @param shorten what was written as a shorthand, where there is one
record ShortRule<T>(Rule<T> full, List<Shorthand> shorts, UnaryOperator<Object> shorten)
    implements Rule<T> {

  /// A shorthand.
  ///
  /// @param rule what it looks like
  /// @param expand writes it out; a node that is not well formed stays as it is
  record Shorthand(Rule<?> rule, UnaryOperator<Node> expand) {}

  static <T> ShortRule<T> of(Rule<T> full, Rule<?> shorthand, UnaryOperator<Node> expand) {
    return new ShortRule<>(
        full, List.of(new Shorthand(shorthand, expand)), UnaryOperator.identity());
  }

  ShortRule<T> or(Rule<?> shorthand, UnaryOperator<Node> expand) {
    var more = new ArrayList<>(shorts);
    more.add(new Shorthand(shorthand, expand));
    return new ShortRule<>(full, more, shorten);
  }

  /// Writes objects that have this key only as what stands below it.
  ShortRule<T> writtenAs(String key) {
    return new ShortRule<>(
        full,
        shorts,
        written ->
            written instanceof Map<?, ?> map && map.size() == 1 && map.containsKey(key)
                ? map.values().iterator().next()
                : written);
  }

  private Optional<Shorthand> shorthand(Node node) {
    return shorts.stream().filter(each -> each.rule.shape() == Shape.of(node)).findFirst();
  }

  @Override
  public Shape shape() {
    return full.shape();
  }

  @Override
  public String words() {
    return full.words()
        + shorts.stream().map(each -> ", or " + each.rule.words()).collect(Collectors.joining());
  }

  @Override
  public Optional<T> bind(Node node, KeyPath path, Binding binding) {
    if (node instanceof Node.Scalar scalar && (scalar.isNull() || scalar.isUnknown())) {
      return binding.mismatch(node, path, words());
    }
    var shorthand = shorthand(node);
    if (shorthand.isEmpty()) {
      return full.shape() == Shape.of(node)
          ? full.bind(node, path, binding)
          : binding.mismatch(node, path, words());
    }
    // It was written out before if it is well formed: this tells what is wrong with it.
    int before = binding.problems().count();
    var written = shorthand.get().rule.bind(node, path, binding);
    return written.isEmpty() || binding.problems().count() > before
        ? Optional.empty()
        : full.bind(shorthand.get().expand.apply(node), path, binding);
  }

  @Override
  public Object write(T value) {
    return shorten.apply(full.write(value));
  }

  @Override
  public Map<String, Object> schema(Definitions definitions) {
    var any = new ArrayList<Object>();
    any.add(full.schema(definitions));
    shorts.forEach(each -> any.add(each.rule.schema(definitions)));
    return Map.of("anyOf", any);
  }

  @Override
  public Node normal(Node node) {
    if (node instanceof Node.Scalar scalar && scalar.isNull()) {
      return node;
    }
    var expanded = shorthand(node).map(each -> each.expand.apply(node)).orElse(node);
    return full.normal(expanded);
  }

  @Override
  public Node merge(Node base, Node over) {
    return full.merge(base, over);
  }

  @Override
  public Optional<Rule<?>> below(String key) {
    return full.below(key);
  }
}
