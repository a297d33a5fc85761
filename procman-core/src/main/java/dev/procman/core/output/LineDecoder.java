package dev.procman.core.output;

import dev.procman.OutputSettings;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/// Turns the bytes of one stream into lines, however the bytes were split into reads. Not
/// thread-safe.
///
/// - LF ends a line; one CR directly before it belongs to the terminator. A lone CR stays in the
///   text, so a progress bar that redraws itself is one line and not thousands.
/// - Malformed input becomes U+FFFD.
/// - A line longer than the limit is handed over cut as soon as that is certain, and the rest is
///   dropped up to the next LF. A surrogate pair is never torn, so a cut line may be one character
///   shorter than the limit.
/// - What is not terminated is handed over by [#end(Lines)]; until then it is not visible.
/// - The memory held between calls is at most proportional to the limit, never to the length of a
///   line.
sealed interface LineDecoder permits ByteLineDecoder, CharLineDecoder {

  /// Takes finished lines.
  @FunctionalInterface
  interface Lines {
    /// A line.
    void line(String text, boolean cut);

    /// A whole line that lies in an array, which may be the one that is being decoded.
    default void line(byte[] bytes, int from, int to, Charset charset) {
      line(new String(bytes, from, to - from, charset), false);
    }
  }

  /// Decodes `bytes[from..to)`; the array is not kept.
  void decode(byte[] bytes, int from, int to, Lines lines);

  /// Hands over an unterminated last line and starts afresh.
  void end(Lines lines);

  /// What is there of a line that is not terminated yet, at most as long as the limit; empty when
  /// there is none.
  String unfinished();

  /// The decoder for a character set: the fast one where the byte 0x0A always is LF and only LF.
  static LineDecoder of(OutputSettings settings) {
    Charset charset = settings.charset();
    int limit = settings.maxLineLength();
    if (charset.equals(StandardCharsets.UTF_8)) {
      return new ByteLineDecoder(charset, limit, 3);
    }
    if (charset.equals(StandardCharsets.US_ASCII) || charset.equals(StandardCharsets.ISO_8859_1)) {
      return new ByteLineDecoder(charset, limit, 1);
    }
    return new CharLineDecoder(charset, limit);
  }

  /// Hands over a line that may be too long.
  static void emit(String text, int limit, Lines lines) {
    if (text.length() <= limit) {
      lines.line(text, false);
      return;
    }
    boolean tearsPair =
        Character.isHighSurrogate(text.charAt(limit - 1))
            && Character.isLowSurrogate(text.charAt(limit));
    lines.line(text.substring(0, tearsPair ? limit - 1 : limit), true);
  }
}
