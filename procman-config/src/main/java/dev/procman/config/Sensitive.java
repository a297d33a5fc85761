package dev.procman.config;

import java.util.regex.Pattern;

/// Tells names under which passwords are kept, so that their values are not shown.
final class Sensitive {
  private static final String WORDS =
      "(?i)(pass(word|wd|phrase)?|secret|token|credentials?|api_?key|private_?key|access_?key|auth(orization)?)";
  private static final Pattern NAME = Pattern.compile("(^|.*[_.-])" + WORDS + "($|[_.-].*)");
  private static final Pattern LINE = Pattern.compile(WORDS + "\\w*[\"']?\\s*[:=]");

  /// What is shown in their place.
  static final String MASK = "***";

  private Sensitive() {}

  static boolean isName(String name) {
    return name.length() < 200 && NAME.matcher(name).matches();
  }

  /// Whether a line seems to set such a name.
  static boolean isLine(String line) {
    return LINE.matcher(line).find();
  }
}
