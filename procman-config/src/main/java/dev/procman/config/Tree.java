package dev.procman.config;

import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Sequence;
import java.util.List;
import java.util.Optional;

/// Finds what is written where.
final class Tree {
  private Tree() {}

  /// The value there, if something was written.
  static Optional<Node> find(Node root, List<String> segments) {
    Optional<Node> at = Optional.of(root);
    for (String segment : segments) {
      at = at.flatMap(node -> below(node, segment));
    }
    return at;
  }

  /// The value there, or the closest around it.
  static Node closest(Node root, List<String> segments) {
    var at = root;
    for (String segment : segments) {
      var below = below(at, segment);
      if (below.isEmpty()) {
        return at;
      }
      at = below.get();
    }
    return at;
  }

  /// How many values there are.
  static long count(Node node) {
    return switch (node) {
      case Node.Scalar _ -> 1;
      case Sequence list -> 1 + list.items().stream().mapToLong(Tree::count).sum();
      case Mapping mapping ->
          1 + mapping.entries().values().stream().mapToLong(entry -> count(entry.value())).sum();
    };
  }

  private static Optional<Node> below(Node node, String segment) {
    return switch (node) {
      case Mapping mapping -> mapping.find(segment);
      case Sequence list -> item(list, segment);
      case Node.Scalar _ -> Optional.empty();
    };
  }

  private static Optional<Node> item(Sequence list, String segment) {
    var digits = segment.replaceAll("^\\[|]$", "");
    if (!Scalars.isNumber(digits) || digits.length() > 8) {
      return Optional.empty();
    }
    int index = Integer.parseInt(digits);
    return index < list.items().size() ? Optional.of(list.items().get(index)) : Optional.empty();
  }
}
