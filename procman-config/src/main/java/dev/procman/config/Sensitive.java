package dev.procman.config;

import java.util.regex.Pattern;

/// Tells names under which passwords are kept, so that their values are not shown.
final class Sensitive {
  /// Parts of other words too, such as `author`.
  private static final String SHORT = "pass|token|auth(orization)?";

  private static final String LONG =
      "pass(word|wd|phrase)|secret|credentials?|(api|private|access)[_-]?key";

  /// Without anything before it, the working directory.
  private static final String ABBREVIATED = ".*[_.-]pwd";

  private static final Pattern NAME =
      Pattern.compile(
          "(?i)((^|.*[_.-])(" + SHORT + ")|.*(" + LONG + ")|" + ABBREVIATED + ")($|[_.-].*)");
  private static final Pattern LINE =
      Pattern.compile("(?i)(" + SHORT + "|" + LONG + "|[_.-]pwd)\\w*[\"']?\\s*[:=]");

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
