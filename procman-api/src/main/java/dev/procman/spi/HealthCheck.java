package dev.procman.spi;

import dev.procman.ProcessSpec;
import java.util.Map;
import java.util.concurrent.Callable;

/// Asks one question about a running process. A lambda will do.
///
/// Runs on a virtual thread of its own, which is interrupted when the probe's timeout is over or
/// the generation ends. An exception or a failed assertion counts as a failing verdict with its
/// message; any other [Error] is the check's own and counts neither way.
///
/// A check is a value that many processes and generations may share: what it has to remember
/// between two questions belongs into [HealthContext#memory].
@FunctionalInterface
public interface HealthCheck {

  /// Asks.
  ///
  /// @throws Exception when it does not pass
  HealthResult check(HealthContext context) throws Exception;

  /// Rejects a specification that this check cannot be used in, such as one without the port that
  /// it asks at. Called when the specification is built.
  ///
  /// @throws dev.procman.InvalidSpecException when it is so
  default void validate(ProcessSpec spec) {}

  /// Variables by which the process learns what is expected of it, such as how often it must give a
  /// sign of life. Asked when the specification is built; what that sets by itself wins.
  default Map<String, String> environment() {
    return Map.of();
  }

  /// The check as words, for messages.
  default String describe() {
    return "check";
  }

  /// Whether it must be asked again and again. One that is driven by changes is not: it is asked
  /// once at the start and whenever it calls [HealthContext#checkAgain()]. Its verdict is a state
  /// and not a sample, so one is as good as many in a row.
  default boolean isPolled() {
    return true;
  }

  /// A check that is good when `question` answers true.
  static HealthCheck of(String description, Callable<Boolean> question) {
    return new HealthCheck() {
      @Override
      public HealthResult check(HealthContext context) throws Exception {
        return question.call()
            ? HealthResult.healthy()
            : HealthResult.failing(description + ": not yet");
      }

      @Override
      public String describe() {
        return description;
      }
    };
  }
}
