package dev.procman.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Text to be read: lines of one length in UTF-8, with or without other characters than those of
/// ASCII.
///
/// @param bytes of one line, its terminator included
/// @param ascii whether all characters are
record Lines(int bytes, boolean ascii) {
  private static final String WORDS = "Grüße aus Łódź — 完了 Ελλάδα, ";

  String describe() {
    return "lines of " + bytes + " bytes, " + (ascii ? "ASCII" : "other characters too");
  }

  /// As many whole lines as fit.
  byte[] text(int size) {
    var line = line();
    var text = new byte[size / bytes * bytes];
    for (int i = 0; i < text.length; i += bytes) {
      System.arraycopy(line, 0, text, i, bytes);
    }
    return text;
  }

  private byte[] line() {
    var line = new byte[bytes];
    Arrays.fill(line, (byte) 'x');
    if (!ascii) {
      // Only whole characters: what does not fit stays ASCII.
      int end = 0;
      for (int i = 0; ; i++) {
        var next = WORDS.substring(i % WORDS.length(), i % WORDS.length() + 1);
        var encoded = next.getBytes(StandardCharsets.UTF_8);
        if (end + encoded.length >= bytes) {
          break;
        }
        System.arraycopy(encoded, 0, line, end, encoded.length);
        end += encoded.length;
      }
    }
    line[bytes - 1] = '\n';
    return line;
  }
}
