package dev.procman.config;

import dev.procman.config.ForeignMapping.Text;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// Turns texts of a process-compose file into procman's: `${VAR}` stays a variable that is filled
/// in when the file is loaded, `{{.NAME}}` is filled in now, everything else is literal.
///
/// As process-compose does it: a `$` without a brace is itself, so that a shell finds `$VAR` as it
/// was written; `$$` is a `$`; the texts of `:-`, `-`, `=`, `:=` and also of `:+` and `:?` stand
/// for a variable that is not set or empty.
final class ComposeText {
  /// Quoted texts in it may hold braces.
  private static final Pattern ACTION =
      Pattern.compile(
          "\\{\\{(- )?\\s*((?:\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`|[^\"`}]|}(?!}))*?)\\s*( -)?}}");

  private static final Pattern NAME =
      Pattern.compile("\\.([A-Za-z_][A-Za-z0-9_]*(?:\\.[A-Za-z_][A-Za-z0-9_]*)*)");
  private static final Pattern QUOTED = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|`([^`]*)`");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final int DEEPEST = 10;

  private final boolean expanding;
  private final Map<String, String> vars;
  private final Set<String> used = new HashSet<>();
  private final Function<String, Optional<String>> environment;
  private final ImportFindings findings;

  /// @param expanding whether variables of the environment are filled in
  /// @param vars what templates may name
  /// @param environment what variables are now
  ComposeText(
      boolean expanding,
      Map<String, String> vars,
      Function<String, Optional<String>> environment,
      ImportFindings findings) {
    this.expanding = expanding;
    this.vars = vars;
    this.environment = environment;
    this.findings = findings;
  }

  /// The names that templates have asked for so far.
  Set<String> used() {
    return used;
  }

  /// What becomes of the parts of a text.
  ///
  /// @param shell whether a shell gets the text, which can do more with variables
  private record Target(
      Standard variable, Required required, UnaryOperator<String> literal, boolean shell) {}

  /// A variable, or what stands for it.
  @FunctionalInterface
  private interface Standard {
    String of(String name, String standard);
  }

  /// A variable that must be set.
  @FunctionalInterface
  private interface Required {
    String of(String name, String message);
  }

  private static Target later(boolean shell) {
    return new Target(
        (name, standard) -> "${" + name + ":-" + standard + "}",
        ImportTarget::requiredVariable,
        Template::escape,
        shell);
  }

  private Target atOnce() {
    Standard value =
        (name, standard) -> environment.apply(name).filter(set -> !set.isEmpty()).orElse(standard);
    return new Target(value, (name, _) -> value.of(name, ""), UnaryOperator.identity(), false);
  }

  /// A text with variables and templates.
  String of(Text text) {
    return rendered(text, later(false));
  }

  /// A text with variables, but no templates.
  String unrendered(Text text) {
    return expanded(text, text.text(), later(false), 0);
  }

  /// A script with variables and templates.
  String script(Text text) {
    return rendered(text, later(true));
  }

  /// A script with variables, but no templates.
  String unrenderedScript(Text text) {
    return expanded(text, text.text(), later(true), 0);
  }

  /// What it means here and now, for numbers and the like.
  String now(Text text) {
    var meaning = rendered(text, atOnce());
    if (expanding && text.text().replace("$$", "").contains("${")) {
      findings.add(text.place(), text.path(), "taken as it is in the environment now");
    }
    return meaning;
  }

  private String rendered(Text text, Target target) {
    var filled = new StringBuilder();
    var action = ACTION.matcher(text.text());
    int from = 0;
    while (action.find()) {
      var before = text.text().substring(from, action.start());
      filled.append(
          expanded(text, action.group(1) == null ? before : before.stripTrailing(), target, 0));
      from = action.end();
      if (action.group(3) != null) {
        while (from < text.text().length() && Character.isWhitespace(text.text().charAt(from))) {
          from++;
        }
      }
      var value = value(action.group(2));
      if (value.isEmpty()) {
        findings.add(
            text.place(),
            text.path(),
            "left as it is: the template '"
                + action.group()
                + "' is more than a name that vars has");
      }
      filled.append(
          value
              .map(known -> expanded(text, known, target, 0))
              .orElseGet(() -> target.literal().apply(action.group())));
    }
    return filled.append(expanded(text, text.text().substring(from), target, 0)).toString();
  }

  private Optional<String> value(String action) {
    var name = NAME.matcher(action);
    if (name.matches()) {
      used.add(name.group(1));
      return Optional.ofNullable(vars.get(name.group(1)));
    }
    var quoted = QUOTED.matcher(action);
    if (!quoted.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        quoted.group(2) != null ? quoted.group(2) : quoted.group(1).replaceAll("\\\\(.)", "$1"));
  }

  private String expanded(Text text, String part, Target target, int depth) {
    if (!expanding) {
      return target.literal().apply(part);
    }
    var filled = new StringBuilder();
    int from = 0;
    int at = part.indexOf('$');
    while (at >= 0) {
      filled.append(target.literal().apply(part.substring(from, at)));
      int end = part.startsWith("${", at) ? Template.close(part, at) : -1;
      if (part.startsWith("$$", at)) {
        filled.append(target.literal().apply("$"));
        from = at + 2;
      } else if (end > 0 && depth < DEEPEST) {
        filled.append(variable(text, part.substring(at + 2, end), target, depth));
        from = end + 1;
      } else {
        if (part.startsWith("${", at)) {
          findings.add(
              text.place(),
              text.path(),
              "left as it is: '"
                  + Problems.cut(part.substring(at))
                  + "' has no closing brace, and process-compose refuses it");
        }
        filled.append(target.literal().apply("$"));
        from = at + 1;
      }
      at = part.indexOf('$', from);
    }
    return filled.append(target.literal().apply(part.substring(from))).toString();
  }

  private String variable(Text text, String inside, Target target, int depth) {
    var whole = "${" + inside + "}";
    var name = VARIABLE.matcher(inside);
    if (!name.lookingAt()) {
      return asItIs(text, whole, target, "'" + whole + "' is no variable");
    }
    var rest = inside.substring(name.end());
    if (rest.isEmpty()) {
      return target.variable().of(name.group(), "");
    }
    for (String operator : new String[] {":-", ":=", "=", "-"}) {
      if (rest.startsWith(operator)) {
        return target
            .variable()
            .of(name.group(), expanded(text, rest.substring(operator.length()), target, depth + 1));
      }
    }
    if (rest.startsWith(":?")) {
      findings.add(
          text.place(),
          text.path(),
          "an error when "
              + name.group()
              + " is not set; process-compose takes the message for its value");
      return target.required().of(name.group(), rest.substring(2));
    }
    if (rest.startsWith(":+")) {
      findings.add(
          text.place(),
          text.path(),
          "what follows ':+' stands for a variable that is not set, as process-compose has it");
      return target
          .variable()
          .of(name.group(), expanded(text, rest.substring(2), target, depth + 1));
    }
    if (target.shell()) {
      return asItIs(
          text, whole, target, "the shell does what process-compose did with '" + whole + "'");
    }
    findings.add(
        text.place(), text.path(), "the plain value of the variable: '" + whole + "' changes it");
    return target.variable().of(name.group(), "");
  }

  private String asItIs(Text text, String whole, Target target, String reason) {
    findings.add(text.place(), text.path(), "left as it is: " + reason);
    return target.literal().apply(whole);
  }
}
