package dev.procman.config;

import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Scalar;
import java.util.List;
import java.util.Optional;

/// What others need to know of a process of process-compose to depend on it.
///
/// @param instances what its instances are called here
/// @param deferred why process-compose does not start it by itself, if so; then it waits for nobody
///   who depends on it
/// @param ready whether it has a readiness probe
/// @param live whether it has a liveness probe
/// @param line what it prints when it is ready
record ComposePeer(
    List<String> instances,
    Optional<String> deferred,
    boolean ready,
    boolean live,
    Optional<String> line) {

  static ComposePeer of(Mapping process, List<String> instances, ComposeText text, String path) {
    return new ComposePeer(
        instances,
        deferred(process, text, path),
        process.find("readiness_probe").filter(Mapping.class::isInstance).isPresent(),
        process.find("liveness_probe").filter(Mapping.class::isInstance).isPresent(),
        scalar(process, "ready_log_line").map(Scalar::text).filter(line -> !line.isEmpty()));
  }

  private static Optional<String> deferred(Mapping process, ComposeText text, String path) {
    var also = word(process, "is_disabled", text, path);
    boolean disabled =
        also.equals("true") || (!also.equals("false") && isTrue(process, "disabled", text, path));
    if (disabled) {
      return Optional.of("is disabled");
    }
    if (isTrue(process, "is_foreground", text, path)) {
      return Optional.of("is a foreground process");
    }
    if (process.find("schedule").orElse(null) instanceof Mapping schedule
        && !isTrue(schedule, "run_on_start", text, path + ".schedule")) {
      return Optional.of("is started by its schedule");
    }
    return Optional.empty();
  }

  private static Optional<Scalar> scalar(Mapping process, String key) {
    return process.find(key).map(value -> value instanceof Scalar scalar ? scalar : null);
  }

  private static String word(Mapping process, String key, ComposeText text, String path) {
    return scalar(process, key)
        .map(value ->
            text.now(new ForeignMapping.Text(value.place(), path + "." + key, value.text())))
        .orElse("");
  }

  private static boolean isTrue(Mapping process, String key, ComposeText text, String path) {
    return ForeignWords.bool(word(process, key, text, path)).orElse(false);
  }
}
