package dev.procman.core.output;

import dev.procman.OutputLine;

/// Hides the secrets of a process. What they are may change from one call to the next. Thread-safe.
public interface Mask {
  /// For a process without secrets.
  Mask NONE =
      new Mask() {
        @Override
        public String text(String text) {
          return text;
        }

        @Override
        public OutputLine line(OutputLine line) {
          return line;
        }
      };

  /// A text with secrets masked.
  String text(String text);

  /// A line with secrets masked, also one in which it was cut.
  OutputLine line(OutputLine line);
}
