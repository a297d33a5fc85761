package dev.procman.config;

import dev.procman.config.ForeignMapping.Text;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads what a process of process-compose waits for.
///
/// @param keys the keys of the process
/// @param peers what is known of each process
/// @param process what is made of it
record ComposeDependencies(
    ForeignMapping keys,
    Map<String, ComposePeer> peers,
    ImportTree process,
    ImportFindings findings) {
  private static final String STARTED = "process_started";
  private static final String HEALTHY = "process_healthy";
  private static final Set<String> CONDITIONS =
      Set.of(STARTED, HEALTHY, "process_completed_successfully", "process_completed");

  /// Reads them.
  void read() {
    keys.fields("depends_on")
        .ifPresent(dependencies -> {
          var named = dependencies.keys();
          for (String other : named) {
            var place = dependencies.peek(other).orElseThrow().keyPlace();
            var condition = dependencies.fields(other).flatMap(this::condition);
            var peer = Optional.ofNullable(peers.get(other));
            if (peer.isEmpty()) {
              findings.add(
                  place,
                  dependencies.path(other),
                  "left out: there is no such process, so process-compose refuses the file");
            } else if (peer.get().deferred().isPresent()) {
              findings.add(
                  place,
                  dependencies.path(other),
                  "left out: '"
                      + other
                      + "' "
                      + peer.get().deferred().get()
                      + ", and process-compose does not wait for it");
            } else {
              var at = new Text(place, dependencies.path(other), other);
              for (String instance : peer.get().instances()) {
                // What is said of one instance counts more than what is said of all.
                if (peer.get().instances().size() == 1 || !named.contains(instance)) {
                  depend(at, instance, peer.get(), condition);
                }
              }
            }
          }
        });
  }

  private Optional<Text> condition(ForeignMapping dependency) {
    var condition = dependency.text("condition").filter(it -> !it.text().isEmpty());
    ComposeValues.extensions(dependency);
    dependency.rest("left out: a dependency has no such key");
    return condition;
  }

  private void depend(Text at, String instance, ComposePeer peer, Optional<Text> condition) {
    var word = condition.map(Text::text).orElse("");
    var place = condition.orElse(at);
    if (condition.isEmpty()) {
      findings.add(
          at.place(),
          at.path(),
          "waits for the start: it has no condition, and versions of process-compose differ in what"
              + " that means");
    } else if (word.equals("process_log_ready")) {
      if (peer.line().isPresent()) {
        ImportTarget.dependsOnLine(process, instance, peer.line().get());
        return;
      }
      findings.add(
          place.place(),
          place.path(),
          "waits for the start: '"
              + at.text()
              + "' has no ready_log_line, so process-compose refuses the file");
    } else if (!CONDITIONS.contains(word)) {
      findings.add(
          place.place(), place.path(), "waits for the start: '" + word + "' is no condition");
    } else if (word.equals(HEALTHY) && !peer.ready()) {
      findings.add(
          place.place(),
          place.path(),
          "waits until '"
              + at.text()
              + "' is ready; "
              + (peer.live()
                  ? "process-compose waits for ever, since it has no readiness_probe"
                  : "process-compose skips this process, since it has no probe"));
    }
    ImportTarget.dependsOn(process, instance, CONDITIONS.contains(word) ? word : STARTED);
  }
}
