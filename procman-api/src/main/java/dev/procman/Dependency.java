package dev.procman;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Another process that must have come to a certain point before this one starts.
///
/// @param process the other's name
/// @param condition the point it must have reached
public record Dependency(String process, Condition condition) {
  /// A point at which a dependent may start: one of the constants, or a [Printed] line.
  ///
  /// All but [#COMPLETED_SUCCESSFULLY] and [#ENDED] are about the latest generation of a process
  /// that is wanted up. A process that ends for good before it has come to the point skips its
  /// dependents ([ProcessState#SKIPPED]) until it runs again.
  public sealed interface Condition {
    /// It was spawned.
    Condition STARTED = Point.STARTED;

    /// It is ready, or was and has ended with a success code since.
    Condition READY = Point.READY;

    /// It ended by itself with a success code.
    Condition COMPLETED_SUCCESSFULLY = Point.COMPLETED_SUCCESSFULLY;

    /// It ended by itself, whatever its code, and is not started again by its restart policy: it is
    /// [ProcessState#COMPLETED], [ProcessState#FAILED], or [ProcessState#CRASH_LOOP] without a
    /// cool-down.
    Condition ENDED = Point.ENDED;

    /// It printed a line in which the regular expression is found.
    ///
    /// @throws InvalidSpecException when it is not a regular expression
    static Condition printed(String regex) {
      return new Printed(regex);
    }
  }

  /// The conditions that need no more words.
  public enum Point implements Condition {
    /// See [Condition#STARTED].
    STARTED,
    /// See [Condition#READY].
    READY,
    /// See [Condition#COMPLETED_SUCCESSFULLY].
    COMPLETED_SUCCESSFULLY,
    /// See [Condition#ENDED].
    ENDED
  }

  /// Its latest generation printed a line, on either stream, in which the regular expression is
  /// found; it may have ended since.
  ///
  /// Lines are looked at as they come, from the time at which both processes are registered. Of
  /// those printed before, only retained lines ([OutputSettings#retainedLines()]) are looked at.
  ///
  /// @param regex the regular expression, as [Pattern] has it
  public record Printed(String regex) implements Condition {
    /// Checks the regular expression.
    ///
    /// @throws InvalidSpecException when it is not one
    public Printed {
      try {
        var _ = Pattern.compile(regex);
      } catch (PatternSyntaxException wrong) {
        throw new InvalidSpecException(
            "dependencies.printed", regex, "use a regular expression: " + wrong.getDescription());
      }
    }
  }
}
