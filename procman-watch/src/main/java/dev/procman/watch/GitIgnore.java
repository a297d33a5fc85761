package dev.procman.watch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// The rules of one `.gitignore` file, as gitignore(5) tells them.
///
/// @param text what it says
/// @param rules in the file's order; the last one that matches decides
record GitIgnore(String text, List<Rule> rules) {
  static final String NAME = ".gitignore";

  /// One line.
  ///
  /// @param path matches the path from the file's directory
  /// @param directoriesOnly whether it had a slash at its end
  /// @param negated whether it takes back what earlier ones ignore
  record Rule(Pattern path, boolean directoriesOnly, boolean negated) {}

  /// The file in `directory`; without rules if there is none or it cannot be read.
  static GitIgnore in(Path directory) {
    try {
      // Names of files are bytes; ISO-8859-1 would break those beyond ASCII, and malformed UTF-8
      // must not make the rest of the file unheard.
      return parse(new String(Files.readAllBytes(directory.resolve(NAME)), StandardCharsets.UTF_8));
    } catch (IOException absent) {
      return new GitIgnore("", List.of());
    }
  }

  static GitIgnore parse(String text) {
    var rules = new ArrayList<Rule>();
    text.lines().forEach(line -> rule(line).ifPresent(rules::add));
    return new GitIgnore(text, rules);
  }

  private static Optional<Rule> rule(String line) {
    String pattern = withoutTrailingSpaces(line);
    if (pattern.startsWith("#")) {
      return Optional.empty();
    }
    boolean negated = pattern.startsWith("!");
    pattern = negated ? pattern.substring(1) : pattern;
    boolean directory = pattern.endsWith("/");
    pattern = directory ? pattern.substring(0, pattern.length() - 1) : pattern;
    if (pattern.isEmpty()) {
      return Optional.empty();
    }
    try {
      var path = Pattern.compile(Wildcards.anchored(pattern, false), Pattern.DOTALL);
      return Optional.of(new Rule(path, directory, negated));
    } catch (PatternSyntaxException neverMatches) {
      return Optional.empty();
    }
  }

  private static String withoutTrailingSpaces(String line) {
    int end = line.length();
    while (end > 0 && line.charAt(end - 1) == ' ' && !isEscaped(line, end - 1)) {
      end--;
    }
    return line.substring(0, end);
  }

  private static boolean isEscaped(String line, int at) {
    int slashes = 0;
    while (at - slashes > 0 && line.charAt(at - slashes - 1) == '\\') {
      slashes++;
    }
    return slashes % 2 == 1;
  }

  boolean isEmpty() {
    return rules.isEmpty();
  }

  /// Whether it says something of a path, and what.
  ///
  /// @param path from the file's directory
  /// @return true to ignore it, false to take that back, empty when no rule matches
  Optional<Boolean> verdict(String path, boolean directory) {
    for (var rule : rules.reversed()) {
      if ((directory || !rule.directoriesOnly) && rule.path.matcher(path).matches()) {
        return Optional.of(!rule.negated);
      }
    }
    return Optional.empty();
  }
}
