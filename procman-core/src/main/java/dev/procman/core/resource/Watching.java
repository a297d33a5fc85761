package dev.procman.core.resource;

import dev.procman.event.EventMeta;
import dev.procman.event.ProcessEvent;
import java.time.Duration;
import java.util.function.Function;

/// Tells of what a watch saw in a process.
@FunctionalInterface
interface Watching {
  /// The least time between two words of the same thing.
  Duration RATE = Duration.ofSeconds(10);

  /// Publishes and logs.
  ///
  /// @param good whether it is good news
  void tell(boolean good, String words, Function<EventMeta, ? extends ProcessEvent> event);
}
