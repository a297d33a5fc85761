package dev.procman.config;

import dev.procman.config.Node.Scalar;
import java.util.Map;
import java.util.Optional;

/// What the rules need besides the nodes.
///
/// @param problems where they tell what is wrong
/// @param lookups reads what is kept elsewhere
record Binding(Problems problems, Lookups lookups) {

  /// For rules that look nothing up.
  static Binding alone(Problems problems) {
    return new Binding(
        problems, new Lookups(Map.of(), (_, _, _, _, _) -> Optional.empty(), problems));
  }

  /// Tells that a value has another shape than expected.
  <T> Optional<T> mismatch(Node node, KeyPath path, String expected) {
    var text = node instanceof Scalar scalar ? shown(scalar) : "";
    boolean nothing = node instanceof Scalar scalar && scalar.isNull();
    problems.add(
        node.place(),
        path,
        text,
        nothing
            ? "there is no value"
            : "this is " + node.kindWords() + (text.isEmpty() ? "" : ", '" + text + "'"),
        expected,
        Optional.empty());
    return Optional.empty();
  }

  /// Tells that a scalar does not fit.
  void unfit(Scalar scalar, KeyPath path, Unfit unfit) {
    boolean hidden = scalar.secret() || isSensitive(path);
    var text = hidden ? Sensitive.MASK : shown(scalar);
    problems.add(
        scalar.place(),
        path,
        text,
        hidden || unfit.problem().isEmpty() ? "'" + text + "' does not fit" : unfit.problem(),
        unfit.expected(),
        hidden ? Optional.empty() : unfit.suggestion());
  }

  private static boolean isSensitive(KeyPath path) {
    return path.segments().stream().anyMatch(Sensitive::isName);
  }

  private static String shown(Scalar scalar) {
    return scalar.secret() ? Sensitive.MASK : Problems.cut(scalar.text());
  }
}
