package dev.procman.health;

/// Text of strangers in messages.
final class Words {
  private static final int MOST = 200;

  private Words() {}

  /// Its beginning, for a message.
  static String cut(CharSequence text) {
    return cut(text, MOST);
  }

  static String cut(CharSequence text, int most) {
    var words = text.toString().strip();
    return words.length() <= most ? words : words.substring(0, most) + "…";
  }
}
