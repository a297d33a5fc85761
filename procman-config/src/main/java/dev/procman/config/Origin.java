package dev.procman.config;

/// Where a value was written.
///
/// @param source a file's path, or words such as `environment variable PROCMAN__web__command`
/// @param line from 1; 0 when the source has no lines
/// @param column from 1; 0 when the source has no lines
public record Origin(String source, int line, int column) {
  /// A place without lines.
  public static Origin of(String source) {
    return new Origin(source, 0, 0);
  }

  /// `file:line:column`, or the source alone.
  @Override
  public String toString() {
    return line == 0 ? source : source + ":" + line + ":" + column;
  }
}
