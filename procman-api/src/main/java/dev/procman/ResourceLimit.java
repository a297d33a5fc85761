package dev.procman;

import java.time.Duration;
import java.util.Locale;

/// The most that a process with its tree may use of one thing, and what happens beyond. Immutable.
///
/// @param subject of what
/// @param most how much, in the subject's unit
/// @param grace how long it may be exceeded without a break; not for totals, which never fall
/// @param action what happens then
public record ResourceLimit(Subject subject, double most, Duration grace, Action action) {

  /// What is limited.
  public enum Subject {
    /// Memory of the tree, bytes. Pages that its members share count once where the platform can
    /// tell, as of some ten seconds ago, or a second ago where it grows, and else for each.
    MEMORY("memory"),
    /// CPU use of the tree in cores, since the sample before.
    CPU("CPU"),
    /// Open descriptors of the member that has the most.
    DESCRIPTORS("descriptors"),
    /// Live processes of the tree.
    PROCESSES("processes"),
    /// Bytes of output since the generation began.
    OUTPUT("output"),
    /// Seconds since the generation began.
    RUN_TIME("run time");

    private final String word;

    Subject(String word) {
      this.word = word;
    }

    /// Its name, for people.
    public String word() {
      return word;
    }

    /// An amount with its unit, for people.
    public String show(double amount) {
      return switch (this) {
        case MEMORY, OUTPUT -> new ResourceValue.Of(ResourceMetric.RESIDENT_MEMORY).show(amount);
        case CPU -> new ResourceValue.Cpu().show(amount);
        case DESCRIPTORS, PROCESSES -> Long.toString((long) amount);
        case RUN_TIME -> String.format(Locale.ROOT, "%.1f s", amount);
      };
    }
  }

  /// What happens when a limit is exceeded; the event
  /// [ResourceLimitExceeded][dev.procman.event.ProcessEvent.ResourceLimitExceeded] always does.
  public enum Action {
    /// Nothing more.
    ALERT,
    /// It is ended by its stop sequence, and its restart policy decides as after a failure.
    RESTART,
    /// It is ended by its stop sequence and left FAILED.
    STOP,
    /// Its tree is killed and it is left FAILED.
    KILL
  }

  /// Checks the parts.
  ///
  /// @throws InvalidSpecException when the amount is not above zero or the grace negative
  public ResourceLimit {
    if (!(most > 0 && most < Double.POSITIVE_INFINITY)) {
      throw new InvalidSpecException(
          "resources.limits." + subject.word, most, "use an amount above zero");
    }
    InvalidSpecException.requireNotNegative("resources.limits.grace", grace);
  }

  /// For people: `memory at most 512.0 MiB, else RESTART`.
  public String describe() {
    return subject.word + " at most " + subject.show(most) + ", else " + action;
  }
}
