package dev.procman.event;

import dev.procman.InvalidSpecException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which events a subscriber gets, and what happens when it is slow. Immutable.
///
/// @param processes only events of these processes; empty means all
/// @param labels only events of processes with all these labels
/// @param types only events that are instances of one of these; empty means all
/// @param buffer how many droppable events are queued; state events are always kept; default 1024
/// @param overflow which droppable event goes when the buffer is full; default the oldest
/// @param replay how many retained earlier events are delivered first, at most 1000; default 0
public record SubscribeOptions(
    Set<String> processes,
    Map<String, String> labels,
    Set<Class<? extends ProcessEvent>> types,
    int buffer,
    Overflow overflow,
    int replay) {

  /// Which droppable event goes when the buffer is full.
  public enum Overflow {
    /// The oldest queued one.
    DROP_OLDEST,
    /// The new one.
    DROP_NEWEST
  }

  /// Copies and checks the parts.
  ///
  /// @throws InvalidSpecException when a number is out of range
  public SubscribeOptions {
    processes = Set.copyOf(processes);
    labels = Map.copyOf(labels);
    types = Set.copyOf(types);
    if (buffer < 1) {
      throw new InvalidSpecException("subscribe.buffer", buffer, "use 1 or more");
    }
    if (replay < 0 || replay > 1000) {
      throw new InvalidSpecException("subscribe.replay", replay, "use 0 to 1000");
    }
  }

  /// All events, with the defaults above.
  public static SubscribeOptions ofDefaults() {
    return new SubscribeOptions(Set.of(), Map.of(), Set.of(), 1024, Overflow.DROP_OLDEST, 0);
  }

  /// Only events of these processes.
  public SubscribeOptions processes(String... names) {
    return new SubscribeOptions(
        Set.copyOf(List.of(names)), labels, types, buffer, overflow, replay);
  }

  /// Only events of processes with this label.
  public SubscribeOptions label(String name, String value) {
    var more = new java.util.HashMap<>(labels);
    more.put(name, value);
    return new SubscribeOptions(processes, more, types, buffer, overflow, replay);
  }

  /// Only events of these types.
  @SafeVarargs
  @SuppressWarnings("varargs")
  public final SubscribeOptions types(Class<? extends ProcessEvent>... types) {
    return new SubscribeOptions(
        processes, labels, Set.copyOf(List.of(types)), buffer, overflow, replay);
  }

  /// With another buffer.
  public SubscribeOptions buffer(int events, Overflow overflow) {
    return new SubscribeOptions(processes, labels, types, events, overflow, replay);
  }

  /// With the last `count` retained events first.
  public SubscribeOptions replay(int count) {
    return new SubscribeOptions(processes, labels, types, buffer, overflow, count);
  }

  /// Whether an event passes the filters: all that are given must hold.
  public boolean accepts(ProcessEvent event) {
    var meta = event.meta();
    return (processes.isEmpty() || processes.contains(meta.process()))
        && (labels.isEmpty() || meta.labels().entrySet().containsAll(labels.entrySet()))
        && (types.isEmpty() || types.stream().anyMatch(type -> type.isInstance(event)));
  }
}
