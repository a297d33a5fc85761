package dev.procman.config;

import dev.procman.config.Node.Kind;
import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Scalar;
import dev.procman.config.Node.Sequence;
import java.util.ArrayList;
import java.util.Optional;
import java.util.regex.Pattern;

/// Fills variables in: `${NAME}`, `${NAME:-default}`, `${NAME:?message}`. Run-time templates such
/// as `${port.http}` stay, and so does a `$` before anything but `{` and `$`.
///
/// What comes out is a run-time template: a `$` that stands for itself is a `$$` there, also one
/// that came out of a variable. What is filled in is not filled in again.
final class Interpolation {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final int DEEPEST = 20;

  private final Variables variables;
  private final Problems problems;

  Interpolation(Variables variables, Problems problems) {
    this.variables = variables;
    this.problems = problems;
  }

  /// A text in the making.
  private static final class Filled {
    private final StringBuilder text = new StringBuilder();
    private boolean secret;
    private boolean changed;
  }

  Node fill(Node node, KeyPath path) {
    return switch (node) {
      case Scalar scalar -> fill(scalar, path);
      case Sequence list -> fill(list, path);
      case Mapping mapping -> mapping.each((key, value) -> fill(value, path.key(key)));
    };
  }

  private Node fill(Sequence list, KeyPath path) {
    var items = new ArrayList<Node>(list.items().size());
    for (int i = 0; i < list.items().size(); i++) {
      items.add(fill(list.items().get(i), path.item(i)));
    }
    return new Sequence(items, list.place(), list.replaced());
  }

  Scalar fill(Scalar scalar, KeyPath path) {
    if (scalar.text().indexOf('$') < 0) {
      return scalar;
    }
    var filled = new Filled();
    try {
      fill(scalar.text(), filled, 0);
    } catch (Unfit wrong) {
      problems.add(
          scalar.place(),
          path,
          Problems.cut(scalar.text()),
          wrong.problem(),
          wrong.expected(),
          wrong.suggestion());
      // What it would have been is not known, and that it does not fit is no news.
      return scalar.with("", Kind.TEXT, false);
    }
    var text = filled.text.toString();
    return scalar.with(
        text, filled.changed ? kind(text) : scalar.kind(), scalar.secret() || filled.secret);
  }

  private static Kind kind(String text) {
    var kind = ScalarKinds.of(text);
    return kind == Kind.NULL ? Kind.TEXT : kind;
  }

  private void fill(String text, Filled filled, int depth) throws Unfit {
    if (depth > DEEPEST) {
      throw new Unfit("defaults are nested too deep", "at most " + DEEPEST + " levels");
    }
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c != '$') {
        filled.text.append(c);
        at++;
      } else if (text.startsWith("$$", at)) {
        filled.text.append("$$");
        at += 2;
      } else if (text.startsWith("${", at)) {
        int end = close(text, at);
        variable(text.substring(at + 2, end), filled, depth);
        at = end + 1;
      } else {
        filled.text.append("$$");
        at++;
      }
    }
  }

  /// The brace that closes the one after the `$` at `start`.
  private static int close(String text, int start) throws Unfit {
    int depth = 1;
    for (int at = start + 2; at < text.length(); at++) {
      if (text.startsWith("${", at)) {
        depth++;
        at++;
      } else if (text.charAt(at) == '}' && --depth == 0) {
        return at;
      }
    }
    throw new Unfit(
        "'" + Problems.cut(text.substring(start)) + "' has no closing brace",
        "'}', or '$$' for a dollar sign");
  }

  private void variable(String inside, Filled filled, int depth) throws Unfit {
    if (Template.isRunTime(inside)) {
      filled.text.append("${").append(inside).append('}');
      return;
    }
    var matcher = NAME.matcher(inside);
    if (!matcher.lookingAt()) {
      throw unknownForm(inside);
    }
    var name = matcher.group();
    var rest = inside.substring(matcher.end());
    var value = variables.find(name);
    filled.changed = true;
    boolean emptyIsUnset = rest.startsWith(":");
    Optional<Variables.Value> set =
        value.filter(found -> !(emptyIsUnset && found.template().isEmpty()));
    var operator = emptyIsUnset ? rest.substring(1) : rest;
    if (rest.isEmpty()) {
      use(value.orElseThrow(() -> missing(name)), filled);
    } else if (operator.startsWith("-")) {
      if (set.isPresent()) {
        use(set.get(), filled);
      } else {
        fill(operator.substring(1), filled, depth + 1);
        filled.secret |= operator.length() > 1 && variables.isSecret(name);
      }
    } else if (operator.startsWith("?")) {
      use(set.orElseThrow(() -> refused(name, operator.substring(1))), filled);
    } else {
      throw unknownForm(inside);
    }
  }

  private static void use(Variables.Value value, Filled filled) {
    filled.text.append(value.template());
    filled.secret |= value.secret();
  }

  private Unfit missing(String name) {
    return new Unfit(
        "there is no variable '" + Problems.cut(name) + "'",
        "one that is set, '${" + Problems.cut(name) + ":-default}', or '$$' for a dollar sign",
        Nearest.to(name, variables.names()).orElse(""));
  }

  private static Unfit refused(String name, String message) {
    return new Unfit(
        "the variable '"
            + Problems.cut(name)
            + "' is not set"
            + (message.isBlank() ? "" : ": " + Problems.cut(message)),
        "a value for it");
  }

  private static Unfit unknownForm(String inside) {
    return new Unfit(
        "'${" + Problems.cut(inside) + "}' is neither a variable nor a run-time template",
        "${NAME}, ${NAME:-default}, ${NAME:?message}, ${name}, ${port.NAME}, ${dir.NAME},"
            + " ${data.NAME} or ${env.NAME}");
  }
}
