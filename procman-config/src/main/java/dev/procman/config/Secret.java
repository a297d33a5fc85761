package dev.procman.config;

/// A value that is read from elsewhere when the configuration is loaded and never shown: exports
/// have the place it came from.
///
/// @param source where it came from
/// @param value what was there
public record Secret(Source source, String value) {

  /// Where a secret is kept.
  public sealed interface Source {
    /// The content of a file, without line breaks at its end.
    ///
    /// @param path which
    record InFile(String path) implements Source {}

    /// A variable of this JVM's environment or of a `.env` file.
    ///
    /// @param name which
    record InVariable(String name) implements Source {}
  }

  @Override
  public String toString() {
    return "Secret[" + source + ", value not shown]";
  }
}
