package dev.procman.health;

import dev.procman.InvalidSpecException;
import dev.procman.StdStream;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Watches the lines that a generation prints. It is driven by the lines and not polled, sees those
/// printed before anyone waited, and never those of an older generation. Named groups of the
/// expression become evidence.
///
/// Once passed it stays so, until a forbidden line is printed; after that it fails for good.
///
/// @param pattern found anywhere in a line
/// @param streams where it is looked for; default both
/// @param occurrences how many lines must match; default 1
/// @param forbidden found in a line of those streams, it fails for good
public record OutputCheck(
    Pattern pattern, Set<StdStream> streams, int occurrences, Optional<Pattern> forbidden)
    implements HealthCheck {

  /// Copies and checks the parts.
  ///
  /// @throws InvalidSpecException when there is no stream, or no occurrence is wanted
  public OutputCheck {
    streams = Set.copyOf(streams);
    if (streams.isEmpty()) {
      throw new InvalidSpecException("health.output.streams", streams, "name at least one stream");
    }
    if (occurrences < 1) {
      throw new InvalidSpecException("health.output.occurrences", occurrences, "use 1 or more");
    }
  }

  static OutputCheck of(String regex) {
    return new OutputCheck(
        compile("pattern", regex), EnumSet.allOf(StdStream.class), 1, Optional.empty());
  }

  private static Pattern compile(String field, String regex) {
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException wrong) {
      throw new InvalidSpecException(
          "health.output." + field, regex, "use a regular expression: " + wrong.getDescription());
    }
  }

  /// Looks at standard output only.
  public OutputCheck onStdout() {
    return new OutputCheck(pattern, Set.of(StdStream.STDOUT), occurrences, forbidden);
  }

  /// Looks at standard error only.
  public OutputCheck onStderr() {
    return new OutputCheck(pattern, Set.of(StdStream.STDERR), occurrences, forbidden);
  }

  /// With another number of lines that must match.
  public OutputCheck times(int lines) {
    return new OutputCheck(pattern, streams, lines, forbidden);
  }

  /// Fails for good when `regex` is found in a line.
  ///
  /// @throws InvalidSpecException when it is no regular expression
  public OutputCheck forbidding(String regex) {
    return new OutputCheck(pattern, streams, occurrences, Optional.of(compile("forbidden", regex)));
  }

  @Override
  public HealthResult check(HealthContext context) {
    return context.memory(this, () -> OutputWatch.begin(this, context)).verdict();
  }

  @Override
  public String describe() {
    return "output /"
        + pattern
        + "/"
        + (streams.size() == 1
            ? " on " + streams.iterator().next().name().toLowerCase(Locale.ROOT)
            : "")
        + (occurrences == 1 ? "" : ", " + occurrences + " times");
  }

  @Override
  public boolean isPolled() {
    return false;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof OutputCheck that
        && new Regex(pattern).equals(new Regex(that.pattern))
        && streams.equals(that.streams)
        && occurrences == that.occurrences
        && forbidden.map(Regex::new).equals(that.forbidden.map(Regex::new));
  }

  @Override
  public int hashCode() {
    return Objects.hash(new Regex(pattern), streams, occurrences, forbidden.map(Regex::new));
  }
}
