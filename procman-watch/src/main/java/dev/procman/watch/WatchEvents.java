package dev.procman.watch;

import dev.procman.ProcessManager;
import dev.procman.event.EventMeta;
import java.util.function.Function;

/// Where a watch tells of what it does.
///
/// @param manager whose subscribers hear it
/// @param process whose files are watched
record WatchEvents(ProcessManager manager, String process) {
  void publish(String cause, Function<EventMeta, ? extends WatchEvent> event) {
    manager.events().publish(process, cause, event);
  }
}
