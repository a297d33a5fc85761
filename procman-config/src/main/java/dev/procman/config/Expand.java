package dev.procman.config;

import dev.procman.config.Node.Entry;
import dev.procman.config.Node.Kind;
import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Scalar;
import dev.procman.config.Node.Sequence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// The ways in which shorthands are written out. What is not well formed stays as it is.
final class Expand {
  private Expand() {}

  /// `value` to `key: value`.
  static UnaryOperator<Node> under(String key) {
    return node -> Mapping.single(key, node, node.place());
  }

  /// `value` to `first: value` and `second: value`.
  static UnaryOperator<Node> both(String first, String second) {
    return node -> {
      var entries = new LinkedHashMap<String, Entry>();
      entries.put(first, new Entry(node.place(), node));
      entries.put(second, new Entry(node.place(), node));
      return Mapping.of(entries, node.place());
    };
  }

  /// `value` to `[value]`.
  static Node alone(Node node) {
    return new Sequence(List.of(node), node.place(), Optional.empty());
  }

  /// `[a, b]` to `a: value` and `b: value`; not before variables are filled in.
  static UnaryOperator<Node> names(Pattern name, Function<Place, Node> value) {
    return node ->
        keyed(
            node,
            scalar ->
                name.matcher(scalar.text()).matches()
                    ? Optional.of(new Pair(scalar.text(), value.apply(scalar.place())))
                    : Optional.empty());
  }

  /// The same for texts that are such names, and not numbers.
  static UnaryOperator<Node> texts(Pattern name, Function<Place, Node> value) {
    return node ->
        keyed(
            node,
            scalar ->
                scalar.kind() == Kind.TEXT && name.matcher(scalar.text()).matches()
                    ? Optional.of(new Pair(scalar.text(), value.apply(scalar.place())))
                    : Optional.empty());
  }

  /// `[NAME=text]` to `NAME: text`.
  static Node assignments(Node node) {
    return keyed(
        node,
        scalar -> {
          int equals = scalar.text().indexOf('=');
          return equals < 1
              ? Optional.empty()
              : Optional.of(
                  new Pair(
                      scalar.text().substring(0, equals),
                      Scalar.of(scalar.text().substring(equals + 1), Kind.TEXT, scalar.place())));
        });
  }

  private record Pair(String key, Node value) {}

  private static Node keyed(Node node, Function<Scalar, Optional<Pair>> pair) {
    if (!(node instanceof Sequence list)) {
      return node;
    }
    var entries = new LinkedHashMap<String, Entry>();
    for (Node item : list.items()) {
      var made =
          item instanceof Scalar scalar && !scalar.isNull()
              ? pair.apply(scalar)
              : Optional.<Pair>empty();
      if (made.isEmpty()
          || entries.put(made.get().key(), new Entry(item.place(), made.get().value())) != null) {
        return node;
      }
    }
    return new Mapping(entries, list.place(), list.replaced());
  }

  /// `a command line` to its words.
  static Node words(Node node) {
    if (!(node instanceof Scalar scalar)) {
      return node;
    }
    try {
      var words =
          CommandWords.split(scalar.text()).stream()
              .<Node>map(word -> Scalar.of(word, Kind.TEXT, scalar.place()))
              .toList();
      return new Sequence(words, scalar.place(), scalar.replaced());
    } catch (Unfit toBeTold) {
      return node;
    }
  }
}
