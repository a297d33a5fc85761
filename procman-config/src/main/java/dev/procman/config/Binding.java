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
    if (node instanceof Scalar scalar && scalar.isUnknown()) {
      return Optional.empty();
    }
    var text =
        node instanceof Scalar scalar && (scalar.isNull() || Quoting.allows(path))
            ? shown(scalar)
            : "";
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
    boolean hidden = scalar.secret() || !Quoting.allows(path);
    var text = hidden ? Sensitive.MASK : shown(scalar);
    boolean toldWell = !unfit.problem().isEmpty() && !(hidden && quotes(unfit, scalar));
    problems.add(
        scalar.place(),
        path,
        text,
        toldWell ? unfit.problem() : "'" + text + "' does not fit",
        unfit.expected(),
        hidden ? Optional.empty() : unfit.suggestion());
  }

  /// Problems with a value quote it, if at all, from its beginning.
  private static boolean quotes(Unfit unfit, Scalar scalar) {
    var text = Problems.cut(scalar.text());
    return unfit.problem().contains(text.substring(0, Math.min(3, text.length())));
  }

  private static String shown(Scalar scalar) {
    return scalar.secret() ? Sensitive.MASK : Problems.cut(scalar.text());
  }
}
