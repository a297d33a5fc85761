package dev.procman.core.resource;

/// The fields of `/proc/<pid>/stat` that are used (proc_pid_stat(5)). One object is filled again
/// and again.
final class StatLine {
  private static final int PARENT = 4;
  private static final int MINOR = 10;
  private static final int MINOR_OF_CHILDREN = 11;
  private static final int MAJOR = 12;
  private static final int MAJOR_OF_CHILDREN = 13;
  private static final int USER = 14;
  private static final int SYSTEM = 15;
  private static final int USER_OF_CHILDREN = 16;
  private static final int SYSTEM_OF_CHILDREN = 17;
  private static final int THREADS = 20;
  private static final int START = 22;
  private static final int RESIDENT = 24;

  byte state;
  long parent;

  /// With those of children that were waited for, as all these sums.
  long minorFaults;

  long majorFaults;
  long userTicks;
  long systemTicks;
  long threads;
  long startTicks;
  long residentPages;

  /// Fills the fields.
  ///
  /// @return whether the text was whole
  boolean parse(byte[] text, int length) {
    // The second field is the program's name in parentheses. It may hold spaces, parentheses and
    // line ends itself; no field after it holds a parenthesis.
    int close = length - 1;
    while (close >= 0 && text[close] != ')') {
      close--;
    }
    if (close < 0 || close + 2 >= length) {
      return false;
    }
    state = text[close + 2];
    minorFaults = 0;
    majorFaults = 0;
    userTicks = 0;
    systemTicks = 0;
    int field = 3;
    int at = close + 2;
    while (field < RESIDENT) {
      while (at < length && text[at] != ' ') {
        at++;
      }
      at++;
      if (at >= length) {
        return false;
      }
      field++;
      take(field, text, at, length);
    }
    return true;
  }

  private void take(int field, byte[] text, int at, int length) {
    switch (field) {
      case PARENT -> parent = Bytes.number(text, at, length);
      case MINOR, MINOR_OF_CHILDREN -> minorFaults += Bytes.number(text, at, length);
      case MAJOR, MAJOR_OF_CHILDREN -> majorFaults += Bytes.number(text, at, length);
      case USER, USER_OF_CHILDREN -> userTicks += Bytes.number(text, at, length);
      case SYSTEM, SYSTEM_OF_CHILDREN -> systemTicks += Bytes.number(text, at, length);
      case THREADS -> threads = Bytes.number(text, at, length);
      case START -> startTicks = Bytes.number(text, at, length);
      case RESIDENT -> residentPages = Bytes.number(text, at, length);
      default -> {}
    }
  }

  boolean isDead() {
    return state == 'Z' || state == 'X';
  }
}
