package dev.procman.config;

import dev.procman.config.Node.Kind;
import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Scalar;
import dev.procman.config.Node.Sequence;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Fills variables in: `${NAME}`, `${NAME:-default}`, `${NAME:?message}`. Run-time templates such
/// as `${port.http}` stay, and so does a `$` before anything but `{` and `$`.
///
/// What comes out is a run-time template: a `$` that stands for itself is a `$$` there, also one
/// that came out of a variable. What is filled in is not filled in again.
final class Interpolation {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final int DEEPEST = 20;

  private static final int FILES = 8;

  private final Variables variables;
  private final int longest;
  private long left;
  private final Problems problems;

  /// @param limits a text may become as long as a file, and all texts together as long as a few
  Interpolation(Variables variables, Limits limits, Problems problems) {
    this.variables = variables;
    this.longest = limits.bytes();
    this.left = (long) FILES * limits.bytes();
    this.problems = problems;
  }

  /// A variable has no value since another could not be filled in, which was told where it is
  /// defined.
  private static final class Told extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Told() {
      super(null, null, false, false);
    }
  }

  /// A text in the making.
  private static final class Filled {
    private final StringBuilder text = new StringBuilder();
    private boolean secret;
    private boolean changed;

    /// The variable that was looked for last, as written.
    private String latest = "";

    /// Whether what it is made from may be quoted.
    private final boolean quoted;

    Filled(boolean quoted) {
      this.quoted = quoted;
    }
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
    if (left < 0) {
      // That was told.
      return scalar.with("", Kind.UNKNOWN, false);
    }
    boolean quoted = !scalar.secret() && Quoting.allows(path);
    var filled = new Filled(quoted);
    try {
      fill(scalar.text(), 0, filled, 0);
    } catch (Unfit wrong) {
      problems.add(
          scalar.place().of(filled.latest),
          path,
          quoted ? Problems.cut(scalar.text()) : "",
          wrong.problem(),
          wrong.expected(),
          wrong.suggestion());
      return scalar.with("", Kind.UNKNOWN, false);
    } catch (Told _) {
      return scalar.with("", Kind.UNKNOWN, false);
    }
    var text = filled.text.toString();
    return scalar.with(
        text, filled.changed ? kind(text) : scalar.kind(), scalar.secret() || filled.secret);
  }

  /// Variables that hold others double with each line.
  private void append(Filled filled, String more) throws Unfit {
    left -= more.length();
    if (filled.text.length() + (long) more.length() > longest || left < 0) {
      throw new Unfit(
          left < 0
              ? "with this all texts become too long once variables are filled in"
              : "the text becomes longer than "
                  + Sizes.write(longest)
                  + " once variables are filled in",
          "less, or a higher limit");
    }
    filled.text.append(more);
  }

  private static Kind kind(String text) {
    var kind = ScalarKinds.of(text);
    return kind == Kind.NULL ? Kind.TEXT : kind;
  }

  /// @param from where the text begins in the whole
  private void fill(String text, int from, Filled filled, int depth) throws Unfit {
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
        int end = Template.close(text, at);
        var words = new Words(filled.quoted, from + at + 1);
        filled.latest = end < 0 ? text.substring(at) : text.substring(at, end + 1);
        if (end < 0) {
          throw words.notClosed(text.substring(at));
        }
        variable(text.substring(at + 2, end), from + at + 2, words, filled, depth);
        at = end + 1;
      } else {
        filled.text.append("$$");
        at++;
      }
    }
  }

  private void variable(String inside, int from, Words words, Filled filled, int depth)
      throws Unfit {
    if (Template.isRunTime(inside)) {
      filled.text.append("${").append(inside).append('}');
      return;
    }
    var matcher = NAME.matcher(inside);
    if (!matcher.lookingAt()) {
      throw words.unknownForm(inside);
    }
    var name = matcher.group();
    if (variables.isBroken(name)) {
      throw new Told();
    }
    var rest = inside.substring(matcher.end());
    var value = variables.find(name);
    filled.changed = true;
    boolean emptyIsUnset = rest.startsWith(":");
    Optional<Variables.Value> set =
        value.filter(found -> !(emptyIsUnset && found.template().isEmpty()));
    var operator = emptyIsUnset ? rest.substring(1) : rest;
    if (rest.isEmpty()) {
      use(value.orElseThrow(() -> words.missing(name, variables.names())), filled);
    } else if (operator.startsWith("-")) {
      if (set.isPresent()) {
        use(set.get(), filled);
      } else {
        int at = from + inside.length() - operator.length() + 1;
        fill(operator.substring(1), at, filled, depth + 1);
        filled.secret |= operator.length() > 1 && variables.isSecret(name);
      }
    } else if (operator.startsWith("?")) {
      use(set.orElseThrow(() -> words.refused(name, operator.substring(1))), filled);
    } else {
      throw words.unknownForm(inside);
    }
  }

  private void use(Variables.Value value, Filled filled) throws Unfit {
    append(filled, value.template());
    filled.secret |= value.secret();
  }

  /// What is said of a variable that cannot be filled in.
  ///
  /// @param quoted whether the text that it is part of may be quoted
  /// @param character where in the text its `$` is, from 1
  private record Words(boolean quoted, int character) {
    private String place() {
      return quoted ? "" : ", at character " + character;
    }

    private String shown(String name) {
      return quoted ? Problems.cut(name) : Quoting.variable(name);
    }

    Unfit notClosed(String rest) {
      return new Unfit(
          "'" + (quoted ? Problems.cut(rest) : "${") + "' has no closing brace" + place(),
          "'}', or '$$' for a dollar sign");
    }

    Unfit missing(String name, Set<String> known) {
      var shown = shown(name);
      return new Unfit(
          "there is no variable '" + shown + "'" + place(),
          "one that is set, '${" + shown + ":-default}', or '$$' for a dollar sign",
          Nearest.to(name, known).orElse(""));
    }

    Unfit refused(String name, String message) {
      return new Unfit(
          "the variable '"
              + shown(name)
              + "' is not set"
              + (message.isBlank() ? "" : ": " + Problems.cut(message)),
          "a value for it");
    }

    Unfit unknownForm(String inside) {
      return new Unfit(
          "'${"
              + (quoted ? Problems.cut(inside) : "…")
              + "}' is neither a variable nor a run-time template"
              + place(),
          "${NAME}, ${NAME:-default}, ${NAME:?message}, ${name}, ${port.NAME}, ${dir.NAME},"
              + " ${data.NAME} or ${env.NAME}");
    }
  }
}
