package dev.procman.core.supervisor;

import dev.procman.spi.DurationText;
import dev.procman.spi.RestartPolicy;
import dev.procman.spi.StandardRestartPolicy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/// A host's restart policy, asked on a thread of its own and waited for a second: no code of the
/// host runs on the engine's threads, and one that blocks, or ends the JVM, holds up no stop for
/// longer.
///
/// @param policy the host's
record AskedAside(RestartPolicy policy) implements RestartPolicy {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /// The policy itself if it is one of ours, which are pure.
  static RestartPolicy of(RestartPolicy policy) {
    return policy instanceof StandardRestartPolicy ? policy : new AskedAside(policy);
  }

  @Override
  public Decision decide(Context context) {
    return ask(() -> policy.decide(context));
  }

  @Override
  public Duration resetAfter() {
    return ask(policy::resetAfter);
  }

  private static <T> T ask(Supplier<T> question) {
    var answer = new CompletableFuture<T>();
    var thread =
        Thread.ofVirtual()
            .name("procman-policy")
            .start(() -> {
              try {
                answer.complete(question.get());
              } catch (Throwable thrown) {
                answer.completeExceptionally(thrown);
              }
            });
    try {
      return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof Error error) {
        throw error;
      }
      throw failed.getCause() instanceof RuntimeException exception
          ? exception
          : new IllegalStateException(failed.getCause());
    } catch (TimeoutException tooLong) {
      thread.interrupt();
      throw new IllegalStateException("no answer within " + DurationText.of(PATIENCE), tooLong);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException("interrupted while it was asked", interrupted);
    }
  }
}
