package dev.procman;

/// The size of a terminal, in characters.
///
/// @param rows its height
/// @param columns its width
public record TerminalSize(int rows, int columns) {
  /// Checks the numbers.
  ///
  /// @throws InvalidSpecException when one is not 1 to 65535
  public TerminalSize {
    if (rows < 1 || rows > 65535 || columns < 1 || columns > 65535) {
      throw new InvalidSpecException("launch.terminal", rows + "x" + columns, "use 1 to 65535");
    }
  }

  /// 24 rows of 80 columns.
  public static TerminalSize ofDefaults() {
    return new TerminalSize(24, 80);
  }
}
