package dev.procman.linux;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Takes one datagram of sd_notify(3) apart: lines of the form `NAME=value`, in UTF-8.
final class NoticeParser {
  /// The longest datagram taken, in bytes; the service manager of systemd has the same.
  static final int LONGEST = 4096;

  /// One assignment.
  record Assignment(String name, String value) {}

  /// What is in a datagram.
  ///
  /// @param assignments in their order
  /// @param broken how many lines are none
  record Parsed(List<Assignment> assignments, int broken) {
    private static final Parsed NOTHING = new Parsed(List.of(), 1);
  }

  private NoticeParser() {}

  /// Takes apart. One that is empty, not UTF-8 or holds NUL before its end has nothing in it, and
  /// is broken.
  static Parsed parse(ByteBuffer datagram) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(datagram).toString();
    } catch (CharacterCodingException notText) {
      return Parsed.NOTHING;
    }
    if (text.endsWith("\0")) {
      // Senders in C may count the end of their string.
      text = text.substring(0, text.length() - 1);
    }
    if (text.isEmpty() || text.indexOf('\0') >= 0) {
      return Parsed.NOTHING;
    }
    var assignments = new ArrayList<Assignment>();
    int broken = 0;
    for (String line : text.split("\n", -1)) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        assignments.add(new Assignment(line.substring(0, equals), line.substring(equals + 1)));
      } else if (!line.isEmpty()) {
        broken++;
      }
    }
    return new Parsed(assignments, broken);
  }
}
