package dev.procman.linux;

import java.util.ArrayList;
import java.util.List;

/// What a child executes.
///
/// @param file the file
/// @param command its arguments, from its name on
record Executable(String file, List<String> command) {
  private static final String SHELL = "/bin/sh";

  /// The same for the shell: a script without a first line that names its interpreter is one for
  /// it; so execvp(3) and the JDK have it.
  Executable byShell() {
    var words = new ArrayList<>(List.of(SHELL, file));
    words.addAll(command.subList(1, command.size()));
    return new Executable(SHELL, words);
  }
}
