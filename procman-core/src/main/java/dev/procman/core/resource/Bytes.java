package dev.procman.core.resource;

/// Reads numbers out of the texts of `/proc` where they lie, without making any object.
final class Bytes {
  private Bytes() {}

  /// The number that begins at `from`, after spaces; -1 when there is none, the largest long when
  /// it is larger.
  static long number(byte[] text, int from, int end) {
    int at = from;
    while (at < end && (text[at] == ' ' || text[at] == '\t')) {
      at++;
    }
    if (at >= end || text[at] < '0' || text[at] > '9') {
      return -1;
    }
    long value = 0;
    for (; at < end && text[at] >= '0' && text[at] <= '9'; at++) {
      int digit = text[at] - '0';
      value = value > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : value * 10 + digit;
    }
    return value;
  }

  /// The number after `key` at the beginning of a line; -1 when there is none.
  static long after(byte[] text, int end, byte[] key) {
    for (int line = 0; line < end; line = nextLine(text, line, end)) {
      if (startsWith(text, line, end, key)) {
        return number(text, line + key.length, end);
      }
    }
    return -1;
  }

  /// Where the line after the one at `from` begins; `end` when there is none.
  static int nextLine(byte[] text, int from, int end) {
    int at = from;
    while (at < end && text[at] != '\n') {
      at++;
    }
    return Math.min(at + 1, end);
  }

  static boolean startsWith(byte[] text, int from, int end, byte[] key) {
    if (end - from < key.length) {
      return false;
    }
    for (int at = 0; at < key.length; at++) {
      if (text[from + at] != key[at]) {
        return false;
      }
    }
    return true;
  }
}
