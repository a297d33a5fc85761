package dev.procman.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// From which key of a foreign file each key of the imported processes came.
final class ImportOrigins {
  private final Map<String, At> processes = new LinkedHashMap<>();
  private final Map<String, Map<String, At>> keys = new LinkedHashMap<>();

  /// A place, and the key that is there.
  record At(Place place, String path) {}

  /// Where the keys of a process come from.
  ///
  /// @param process the process itself
  /// @param keys procman's keys
  record Found(At process, Map<String, At> keys) {}

  /// Looks up foreign keys before they are taken.
  ///
  /// @param from the foreign keys that make each of procman's, the most telling first
  static Found in(ForeignMapping reading, Place place, Map<String, List<String>> from) {
    var found = new LinkedHashMap<String, At>();
    from.forEach((ours, theirs) ->
        theirs.stream()
            .filter(key -> reading.peek(key).isPresent())
            .findFirst()
            .flatMap(
                key -> reading.peek(key).map(entry -> new At(entry.keyPlace(), reading.path(key))))
            .ifPresent(at -> found.put(ours, at)));
    return new Found(new At(place, reading.path()), found);
  }

  /// Remembers where a process came from.
  void process(String process, Found found) {
    processes.putIfAbsent(process, found.process());
    keys.putIfAbsent(process, found.keys());
  }

  /// Where a key of the result came from; empty when that is no single place.
  Optional<At> find(String path) {
    var segments =
        KeyPath.parse(path).orElse(List.of()).stream()
            .map(segment -> segment.replaceFirst("\\[\\d+]$", ""))
            .toList();
    if (segments.size() < 2 || !segments.getFirst().equals("processes")) {
      return Optional.empty();
    }
    var process = segments.get(1);
    return segments.stream()
        .skip(2)
        .findFirst()
        .map(key -> keys.getOrDefault(process, Map.of()).get(key))
        .or(() -> Optional.ofNullable(processes.get(process)));
  }
}
