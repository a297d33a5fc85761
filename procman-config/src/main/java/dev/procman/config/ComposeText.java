package dev.procman.config;

import dev.procman.config.ForeignMapping.Text;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/// Turns texts of a process-compose file into procman's: `$VAR` and `${VAR}` stay variables that
/// are filled in when the file is loaded, `{{.NAME}}` is filled in now, everything else is literal.
final class ComposeText {
  /// Quoted texts in it may hold braces.
  private static final Pattern ACTION =
      Pattern.compile(
          "\\{\\{(- )?\\s*((?:\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`|[^\"`}]|}(?!}))*?)\\s*( -)?}}");

  private static final Pattern NAME =
      Pattern.compile("\\.([A-Za-z_][A-Za-z0-9_]*(?:\\.[A-Za-z_][A-Za-z0-9_]*)*)");
  private static final Pattern QUOTED = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|`([^`]*)`");
  private static final Pattern VARIABLE =
      Pattern.compile(
          "\\$(?:(\\$)|([A-Za-z_][A-Za-z0-9_]*)|\\{([A-Za-z_][A-Za-z0-9_]*)([^}]*)}|\\{([^}]*)})");

  private final boolean expanding;
  private final Map<String, String> vars;
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

  /// A text with variables and templates.
  String of(Text text) {
    return rendered(text, ImportTarget::variable, Template::escape);
  }

  /// A text with variables, but no templates.
  String unrendered(Text text) {
    return expanded(text, text.text(), ImportTarget::variable, Template::escape);
  }

  /// What it means here and now, for numbers and the like.
  String now(Text text) {
    var meaning =
        rendered(
            text,
            (name, standard) ->
                environment.apply(name).filter(value -> !value.isEmpty()).orElse(standard),
            plain -> plain);
    if (expanding && VARIABLE.matcher(text.text()).find()) {
      findings.add(text.place(), text.path(), "taken as it is in the environment now");
    }
    return meaning;
  }

  /// A variable of the environment, in words of procman's.
  @FunctionalInterface
  private interface Variable {
    String of(String name, String standard);
  }

  private String rendered(Text text, Variable variable, Function<String, String> literal) {
    var filled = new StringBuilder();
    var action = ACTION.matcher(text.text());
    int from = 0;
    while (action.find()) {
      var before = text.text().substring(from, action.start());
      filled.append(
          expanded(
              text, action.group(1) == null ? before : before.stripTrailing(), variable, literal));
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
              .map(known -> expanded(text, known, variable, literal))
              .orElseGet(() -> literal.apply(action.group())));
    }
    return filled.append(expanded(text, text.text().substring(from), variable, literal)).toString();
  }

  private Optional<String> value(String action) {
    var name = NAME.matcher(action);
    if (name.matches()) {
      return Optional.ofNullable(vars.get(name.group(1)));
    }
    var quoted = QUOTED.matcher(action);
    if (!quoted.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        quoted.group(2) != null ? quoted.group(2) : quoted.group(1).replaceAll("\\\\(.)", "$1"));
  }

  private String expanded(
      Text text, String part, Variable variable, Function<String, String> literal) {
    if (!expanding) {
      return literal.apply(part);
    }
    var filled = new StringBuilder();
    var found = VARIABLE.matcher(part);
    int from = 0;
    while (found.find()) {
      filled.append(literal.apply(part.substring(from, found.start())));
      from = found.end();
      if (found.group(1) != null) {
        filled.append(literal.apply("$"));
      } else if (found.group(2) != null) {
        filled.append(variable.of(found.group(2), ""));
      } else if (found.group(3) != null) {
        filled.append(variable.of(found.group(3), standard(text, found.group(), found.group(4))));
      } else {
        findings.add(
            text.place(), text.path(), "left as it is: '" + found.group() + "' is no variable");
        filled.append(literal.apply(found.group()));
      }
    }
    return filled.append(literal.apply(part.substring(from))).toString();
  }

  /// What stands for a variable that is not set.
  private String standard(Text text, String whole, String operator) {
    for (String known : new String[] {":-", ":=", "=", "-"}) {
      if (operator.startsWith(known)) {
        return operator.substring(known.length());
      }
    }
    if (!operator.isEmpty()) {
      findings.add(
          text.place(), text.path(), "the plain value of the variable: '" + whole + "' changes it");
    }
    return "";
  }
}
