package dev.procman.config;

import dev.procman.ProcessSpec;
import java.util.List;

/// What a plan does with one process.
public sealed interface Change {
  /// The process's name.
  String process();

  /// It is new: it is registered, and started unless it is on demand.
  ///
  /// @param process its name
  /// @param after what it is made from
  /// @param differences all its keys
  record Create(String process, ProcessSpec after, List<Difference> differences) implements Change {
    /// Copies the list.
    public Create {
      differences = List.copyOf(differences);
    }
  }

  /// What changed is taken over while it runs.
  ///
  /// @param process its name
  /// @param before what it is made from
  /// @param after what it will be made from
  /// @param differences the keys that changed
  record Update(String process, ProcessSpec before, ProcessSpec after, List<Difference> differences)
      implements Change {
    /// Copies the list.
    public Update {
      differences = List.copyOf(differences);
    }
  }

  /// It is restarted, since it was started from something that changed; one that somebody has
  /// stopped stays so.
  ///
  /// @param process its name
  /// @param before what it is made from
  /// @param after what it will be made from
  /// @param differences the keys that changed
  record Restart(
      String process, ProcessSpec before, ProcessSpec after, List<Difference> differences)
      implements Change {
    /// Copies the list.
    public Restart {
      differences = List.copyOf(differences);
    }
  }

  /// As [Restart], but it is ended before anything else is started, since it has a fixed port that
  /// another process is given, or is given one that another has.
  ///
  /// @param process its name
  /// @param before what it is made from
  /// @param after what it will be made from
  /// @param differences the keys that changed
  record Recreate(
      String process, ProcessSpec before, ProcessSpec after, List<Difference> differences)
      implements Change {
    /// Copies the list.
    public Recreate {
      differences = List.copyOf(differences);
    }
  }

  /// It is stopped and taken out, when all that came new or changed is ready; before that if it has
  /// a fixed port that another process is given.
  ///
  /// @param process its name
  /// @param before what it is made from
  /// @param first whether it is ended before anything else is started
  record Remove(String process, ProcessSpec before, boolean first) implements Change {}

  /// Nothing is done with it.
  ///
  /// @param process its name
  /// @param spec what it is made from
  record Unchanged(String process, ProcessSpec spec) implements Change {}
}
