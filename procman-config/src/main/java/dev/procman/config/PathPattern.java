package dev.procman.config;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Finds files as Python's `glob.glob` does: `*`, `?` and `[…]` in the names of files and of
/// directories; names that begin with a dot only where the pattern does.
final class PathPattern {
  /// More than any directory of configuration has.
  private static final int MOST = 10_000;

  private PathPattern() {}

  /// The files that match, sorted.
  static List<Path> matching(Path directory, String pattern) {
    try {
      var found = List.of(pattern.startsWith("/") ? Path.of("/") : directory);
      for (String name : pattern.split("/", -1)) {
        if (!name.isEmpty()) {
          found = within(found, name);
        }
      }
      return found.stream()
          .filter(Files::exists)
          .filter(file -> !Files.isDirectory(file))
          .sorted()
          .toList();
    } catch (InvalidPathException | PatternSyntaxException none) {
      return List.of();
    }
  }

  private static List<Path> within(List<Path> directories, String name) {
    if (!name.matches(".*[*?\\[].*")) {
      return directories.stream().map(directory -> directory.resolve(name)).toList();
    }
    var pattern = Pattern.compile(regex(name), Pattern.DOTALL);
    var found = new ArrayList<Path>();
    for (Path directory : directories) {
      try (var files = Files.newDirectoryStream(directory)) {
        for (Path file : files) {
          var own = file.getFileName().toString();
          if (pattern.matcher(own).matches()
              && (name.startsWith(".") || !own.startsWith("."))
              && found.size() < MOST) {
            found.add(file);
          }
        }
      } catch (IOException | DirectoryIteratorException none) {
        // What cannot be listed matches nothing.
      }
    }
    return found;
  }

  private static String regex(String name) {
    var regex = new StringBuilder();
    int at = 0;
    while (at < name.length()) {
      char c = name.charAt(at);
      int close = c == '[' ? name.indexOf(']', at + 2) : -1;
      if (c == '*') {
        regex.append(".*");
      } else if (c == '?') {
        regex.append('.');
      } else if (close > 0) {
        var set = name.substring(at + 1, close);
        boolean not = set.startsWith("!");
        regex
            .append(not ? "[^" : "[")
            .append((not ? set.substring(1) : set).replaceAll("([\\\\\\[\\]^&])", "\\\\$1"))
            .append(']');
        at = close;
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
      at++;
    }
    return regex.toString();
  }
}
