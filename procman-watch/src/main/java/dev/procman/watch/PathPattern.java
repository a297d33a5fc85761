package dev.procman.watch;

import dev.procman.InvalidSpecException;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Says which paths are meant. Paths are those from the root of the watch, with `/` between names.
public sealed interface PathPattern {

  /// The pattern as a regular expression over whole paths.
  ///
  /// @throws InvalidSpecException when it makes no sense
  Pattern compiled();

  /// Wildcards: `*` and `?` within a name, `**` over directories, `[a-z]`, `{a,b}`, `\` before a
  /// character that shall be itself. Without a slash it is a name at any depth, with one a path
  /// from the root: `*.jar` and `**/*.jar` are the same, `/*.jar` is the root's own.
  ///
  /// @param glob the pattern
  record Glob(String glob) implements PathPattern {
    /// Checks it.
    ///
    /// @throws InvalidSpecException when it makes no sense
    public Glob {
      if (glob.isBlank() || glob.equals("/")) {
        throw new InvalidSpecException("watch.pattern", glob, "name files, as in **/*.jar");
      }
      var _ = Wildcards.path(glob);
    }

    @Override
    public Pattern compiled() {
      return Wildcards.path(glob);
    }
  }

  /// A regular expression over the whole path.
  ///
  /// @param regex as [java.util.regex.Pattern] has it
  record Regex(String regex) implements PathPattern {
    /// Checks it.
    ///
    /// @throws InvalidSpecException when it makes no sense
    public Regex {
      var _ = compile(regex);
    }

    @Override
    public Pattern compiled() {
      return compile(regex);
    }

    private static Pattern compile(String regex) {
      try {
        return Pattern.compile(regex, Pattern.DOTALL);
      } catch (PatternSyntaxException wrong) {
        throw new InvalidSpecException("watch.pattern", regex, "correct it: " + wrong.getMessage());
      }
    }
  }
}
