package dev.procman.config;

import dev.procman.event.EventMeta;
import dev.procman.event.ExtensionEvent;
import dev.procman.watch.WatchTrouble;
import java.util.List;
import java.util.Map;

/// What [Projects] tells. It concerns no single process, so its name is empty; for each process
/// that was changed there is a
/// [ConfigurationChanged][dev.procman.event.ProcessEvent.ConfigurationChanged] besides.
public sealed interface ConfigEvent extends ExtensionEvent {

  /// A project was applied.
  ///
  /// @param meta what every event carries
  /// @param project its name
  /// @param created names of processes that are new
  /// @param updated names of those that took over a change in place
  /// @param restarted names of those that were restarted for it
  /// @param removed names of those that are gone
  /// @param failures what is not as planned, by the name of the process
  record ProjectApplied(
      EventMeta meta,
      String project,
      List<String> created,
      List<String> updated,
      List<String> restarted,
      List<String> removed,
      Map<String, String> failures)
      implements ConfigEvent {
    /// Copies the collections.
    public ProjectApplied {
      created = List.copyOf(created);
      updated = List.copyOf(updated);
      restarted = List.copyOf(restarted);
      removed = List.copyOf(removed);
      failures = Map.copyOf(failures);
    }
  }

  /// A project could not be applied, and the previous one is back.
  ///
  /// @param meta what every event carries
  /// @param project its name
  /// @param failures why, by the name of the process
  /// @param notRestored what went wrong on the way back, by the name of the process
  record ProjectRolledBack(
      EventMeta meta, String project, Map<String, String> failures, Map<String, String> notRestored)
      implements ConfigEvent {
    /// Copies the maps.
    public ProjectRolledBack {
      failures = Map.copyOf(failures);
      notRestored = Map.copyOf(notRestored);
    }
  }

  /// Files that are followed have changed and cannot be used; nothing else has changed.
  ///
  /// @param meta what every event carries
  /// @param problems what is wrong with them
  record ConfigurationRefused(EventMeta meta, List<String> problems) implements ConfigEvent {
    /// Copies the list.
    public ConfigurationRefused {
      problems = List.copyOf(problems);
    }
  }

  /// Something keeps a change of the files that are followed from being seen at once.
  ///
  /// @param meta what every event carries
  /// @param trouble what
  record FollowingTroubled(EventMeta meta, WatchTrouble trouble) implements ConfigEvent {}
}
