package dev.procman.core.event;

import dev.procman.event.ProcessEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The last [#LIMIT] events that are not droppable. Used under the bus's lock.
final class RetainedEvents {
  static final int LIMIT = 1000;

  private final @Nullable ProcessEvent[] ring = new @Nullable ProcessEvent[LIMIT];
  private int next;
  private int size;

  void add(ProcessEvent event) {
    ring[next] = event;
    next = next + 1 == LIMIT ? 0 : next + 1;
    size = Math.min(size + 1, LIMIT);
  }

  /// The last `count`, oldest first; fewer when there are fewer.
  List<ProcessEvent> last(int count) {
    int wanted = Math.min(count, size);
    var events = new ArrayList<ProcessEvent>(wanted);
    for (int back = wanted; back > 0; back--) {
      var event = ring[Math.floorMod(next - back, LIMIT)];
      if (event != null) {
        events.add(event);
      }
    }
    return events;
  }
}
