package dev.procman.core.event;

import dev.procman.event.EventMeta;
import dev.procman.event.ProcessEvent;
import dev.procman.event.SubscribeOptions;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// What [SubscribeOptions#accepts(ProcessEvent)] says, for the hot path: it remembers its verdict
/// on each class of event and touches only the meta data that the bus itself made. Used under the
/// bus's lock.
final class EventFilter {
  private final Set<String> processes;
  private final Map<String, String> labels;
  private final Set<Class<? extends ProcessEvent>> types;
  private final Map<Class<?>, Boolean> verdicts = new HashMap<>();
  private final boolean acceptsAll;

  EventFilter(SubscribeOptions options) {
    processes = options.processes();
    labels = options.labels();
    types = options.types();
    acceptsAll = processes.isEmpty() && labels.isEmpty() && types.isEmpty();
  }

  boolean accepts(EventMeta meta, Class<?> type) {
    return acceptsAll
        || (acceptsType(type) && acceptsProcess(meta) && acceptsLabels(meta.labels()));
  }

  private boolean acceptsProcess(EventMeta meta) {
    return processes.isEmpty() || processes.contains(meta.process());
  }

  private boolean acceptsLabels(Map<String, String> given) {
    for (var wanted : labels.entrySet()) {
      if (!wanted.getValue().equals(given.get(wanted.getKey()))) {
        return false;
      }
    }
    return true;
  }

  private boolean acceptsType(Class<?> type) {
    if (types.isEmpty()) {
      return true;
    }
    var verdict = verdicts.get(type);
    if (verdict == null) {
      verdict = types.stream().anyMatch(wanted -> wanted.isAssignableFrom(type));
      verdicts.put(type, verdict);
    }
    return verdict;
  }
}
