package dev.procman.config.importer;

/// Texts of a file that is loaded by procman.
final class Literal {
  private Literal() {}

  /// A text that means itself: no variable and no template.
  static String of(String text) {
    return text.replace("$", "$$");
  }

  /// A variable of the environment when the file is loaded, or something else.
  static String optional(String name, String standard) {
    return "${" + name + ":-" + of(standard) + "}";
  }

  /// A variable that the environment must have when the file is loaded.
  static String required(String name) {
    return "${" + name + ":?it is not set}";
  }
}
