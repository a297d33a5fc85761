package dev.procman.config;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What a value may look like and what is made of it. The one tree of rules does everything that
/// depends on that: it reads nodes into the model, merges them, writes the model back, and says in
/// JSON Schema what it reads.
///
/// @param <T> what is made of a value
sealed interface Rule<T>
    permits ScalarRule, ListRule, MapRule, ObjectRule, ShortRule, MappedRule, LazyRule {

  /// What a node is, before one looks into it.
  enum Shape {
    SCALAR,
    LIST,
    KEYS;

    static Shape of(Node node) {
      return switch (node) {
        case Node.Scalar _ -> SCALAR;
        case Node.Sequence _ -> LIST;
        case Node.Mapping _ -> KEYS;
      };
    }
  }

  /// The shape of what it reads.
  Shape shape();

  /// What is expected, for messages: `a duration such as 250ms`.
  String words();

  /// Reads a node; what is wrong with it is told, and then there is nothing.
  Optional<T> bind(Node node, KeyPath path, Binding binding);

  /// What [#bind] would read as this value: maps, lists, texts, numbers and booleans.
  Object write(T value);

  /// What it reads, as JSON Schema.
  Map<String, Object> schema(Definitions definitions);

  /// A node with all shorthands written out, as far as they are well formed.
  default Node normal(Node node) {
    return node;
  }

  /// A node on top of another. Keys are merged one by one; all else takes the other's place.
  default Node merge(Node base, Node over) {
    return over.replacing(base);
  }

  /// The rule of what stands below a key, if there can be something.
  default Optional<Rule<?>> below(String key) {
    return Optional.empty();
  }

  /// This rule for another type.
  default <U> Rule<U> map(Function<T, U> to, Function<U, T> from) {
    return new MappedRule<>(this, to, from);
  }
}
