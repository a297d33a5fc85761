package dev.procman;

import java.nio.file.Path;

/// What a process reads from its standard input. Each generation gets it anew. Immutable.
public sealed interface StandardInput {

  /// A pipe that the host writes to by [ManagedProcess#input()], and that stays open. The default.
  record Pipe() implements StandardInput {}

  /// Nothing: `/dev/null`, which is at its end at once.
  record None() implements StandardInput {}

  /// A text, in the character set of its output, and then the end. Its [#toString()] does not show
  /// it, since it may be a password.
  ///
  /// @param text templates are filled in
  record Text(String text) implements StandardInput {
    @Override
    public String toString() {
      return "Text[" + text.length() + " characters]";
    }
  }

  /// A file, opened by the launcher at each start: a regular file or a device.
  ///
  /// @param path templates are filled in; relative to the working directory
  record File(String path) implements StandardInput {
    /// Checks the path.
    ///
    /// @throws InvalidSpecException when it is blank or contains NUL
    public File {
      if (path.isBlank()) {
        throw new InvalidSpecException("stdin.file", path, "name a file, or use none()");
      }
      InvalidSpecException.rejectNul("stdin.file", path);
    }
  }

  /// A pipe that the host writes to.
  static StandardInput pipe() {
    return new Pipe();
  }

  /// Nothing.
  static StandardInput none() {
    return new None();
  }

  /// A text, as a template, and then the end.
  static StandardInput text(String template) {
    return new Text(template);
  }

  /// A file.
  ///
  /// @throws InvalidSpecException when the path is empty
  static StandardInput file(Path file) {
    return new File(file.toString().replace("$", "$$"));
  }

  /// A file, as a template.
  ///
  /// @throws InvalidSpecException when it is blank or contains NUL
  static StandardInput file(String template) {
    return new File(template);
  }
}
