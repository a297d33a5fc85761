package dev.procman.config;

import dev.procman.config.Node.Scalar;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// A single value.
///
/// @param words what is expected, for messages
/// @param template whether run-time templates may be part of it
/// @param parser reads it
/// @param writer writes what the parser reads, as a literal: `$` is itself
/// @param literal what the parser reads, as JSON Schema; text with `${` in it is added
/// @param <T> what is made of it
record ScalarRule<T>(
    String words,
    boolean template,
    Parser<T> parser,
    Function<T, Object> writer,
    Map<String, Object> literal)
    implements Rule<T> {

  /// Text with a variable in it, which may stand for anything.
  private static final String VARIABLE = "^[^\\x00]*\\$\\{[^\\x00]*$";

  /// Reads a scalar.
  @FunctionalInterface
  interface Parser<T> {
    /// Reads its text.
    ///
    /// @param text its text: a template where those are allowed, and else a literal
    T parse(String text, Scalar scalar) throws Unfit;
  }

  @Override
  public Shape shape() {
    return Shape.SCALAR;
  }

  @Override
  public Optional<T> bind(Node node, KeyPath path, Binding binding) {
    if (!(node instanceof Scalar scalar) || scalar.isNull() || scalar.isUnknown()) {
      return binding.mismatch(node, path, words);
    }
    try {
      return Optional.of(parser.parse(template ? scalar.text() : literal(scalar), scalar));
    } catch (Unfit unfit) {
      binding.unfit(scalar, path, unfit);
      return Optional.empty();
    }
  }

  private static String literal(Scalar scalar) throws Unfit {
    int template = Template.firstIn(scalar.text());
    if (template >= 0) {
      throw new Unfit(
          "'"
              + Template.at(scalar.text(), template)
              + "' is only known when a process starts, and this is needed before",
          "a variable, or the value itself");
    }
    return Template.unescape(scalar.text());
  }

  @Override
  public Object write(T value) {
    var written = writer.apply(value);
    return written instanceof String text && !template ? Template.escape(text) : written;
  }

  @Override
  public Map<String, Object> schema(Definitions definitions) {
    return literal.equals(Scalars.ANY_TEXT)
        ? literal
        : Map.of("anyOf", List.of(literal, Ordered.pairs("type", "string", "pattern", VARIABLE)));
  }
}
