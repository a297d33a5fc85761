package dev.procman.spi;

import dev.procman.ManagedProcess;
import java.util.concurrent.Callable;

/// Asks one question about a running process. A lambda will do.
///
/// Runs on a virtual thread of its own, which is interrupted when the probe's timeout is over or
/// the generation ends. An exception counts as a failing verdict with the exception's message.
@FunctionalInterface
public interface HealthCheck {

  /// Asks.
  ///
  /// @throws Exception when it cannot be told; counts as failing
  HealthResult check(ManagedProcess process) throws Exception;

  /// The check as words, for messages.
  default String describe() {
    return "check";
  }

  /// A check that is good when `question` answers true.
  static HealthCheck of(String description, Callable<Boolean> question) {
    return new HealthCheck() {
      @Override
      public HealthResult check(ManagedProcess process) throws Exception {
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
