package dev.procman.core.lifecycle;

import dev.procman.ProcessSpec;
import dev.procman.StopSequence;
import dev.procman.spi.RestartPolicy;
import java.time.Duration;
import java.util.Set;

/// What of a specification the state machine needs.
///
/// @param probed whether probes, and not time, tell when it is ready
/// @param readyAfter the time that does
/// @param restart the policy
/// @param successCodes exit codes that mean success
/// @param startTimeout from the decision to start until ready
/// @param minimumUptime an earlier end is a failure
/// @param stop the stop sequence
public record Rules(
    boolean probed,
    Duration readyAfter,
    RestartPolicy restart,
    Set<Integer> successCodes,
    Duration startTimeout,
    Duration minimumUptime,
    StopSequence stop) {

  /// How long a start whose time is over has for what came at the last moment: an exit, or a line
  /// in a pipe, that is not known here yet. Longer than the longest pause in which pipes are not
  /// read.
  static final Duration LAST_LOOK = Duration.ofMillis(500);

  /// How long after its tree is gone output may still come before it is cut.
  static final Duration DRAIN_LIMIT = Duration.ofSeconds(3);

  /// How often survivors of a kill are looked at again.
  static final Duration STUCK_RECHECK = Duration.ofSeconds(1);

  /// How often a lost race for a leased port is answered by another port.
  static final int PORT_RETRIES = 5;

  /// The rules of a specification.
  ///
  /// @param restart its policy, or the manager's default
  /// @param defaultStop the manager's default stop sequence
  public static Rules of(ProcessSpec spec, RestartPolicy restart, StopSequence defaultStop) {
    return new Rules(
        !spec.isReadyByTime(),
        later(spec.readyAfter(), spec.minimumUptime()),
        restart,
        spec.successCodes(),
        spec.startTimeout(),
        spec.minimumUptime(),
        spec.stop().orElse(defaultStop));
  }

  private static Duration later(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
