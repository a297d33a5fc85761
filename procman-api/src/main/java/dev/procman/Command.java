package dev.procman;

import java.util.List;

/// What to run: an argument list, or a script for a shell that was asked for by name.
public sealed interface Command {

  /// The argument list handed to the operating system, before templates are filled in.
  List<String> argv();

  /// A program and its arguments; no shell is involved, nothing needs quoting.
  ///
  /// @param argv the program, then its arguments; not empty
  record Exec(List<String> argv) implements Command {
    /// Copies and checks the list.
    ///
    /// @throws InvalidSpecException when it is empty, its first element is blank, or an element
    ///   contains NUL
    public Exec {
      argv = List.copyOf(argv);
      if (argv.isEmpty() || argv.getFirst().isBlank()) {
        throw new InvalidSpecException(
            "command",
            argv.isEmpty() ? "(empty)" : argv.getFirst(),
            "name the program to run as the first element");
      }
      for (int i = 0; i < argv.size(); i++) {
        InvalidSpecException.rejectNul("command[" + i + "]", argv.get(i));
      }
    }
  }

  /// A script run as `interpreter -c script`.
  ///
  /// @param interpreter the shell, for example `/bin/sh`
  /// @param script its script
  record Shell(String interpreter, String script) implements Command {
    /// Checks the parts.
    ///
    /// @throws InvalidSpecException when a part is blank or contains NUL
    public Shell {
      if (interpreter.isBlank() || script.isBlank()) {
        throw new InvalidSpecException("shell", "(blank)", "give an interpreter and a script");
      }
      InvalidSpecException.rejectNul("shell", interpreter);
      InvalidSpecException.rejectNul("shell", script);
    }

    @Override
    public List<String> argv() {
      return List.of(interpreter, "-c", script);
    }
  }
}
