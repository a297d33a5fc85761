package dev.procman;

import dev.procman.spi.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// How a process is asked to end: steps in order, each followed by a wait for its end, then KILL of
/// the whole tree. Immutable.
///
/// @param steps the steps; may be empty, which means KILL at once
/// @param killDeadline how long after KILL the process may still be seen alive before it counts as
///   STUCK
public record StopSequence(List<Step> steps, Duration killDeadline) {
  /// Copies and checks the parts.
  ///
  /// @throws InvalidSpecException when a duration is negative, the kill deadline is zero, or a
  ///   command is empty or contains NUL
  public StopSequence {
    steps = List.copyOf(steps);
    InvalidSpecException.requirePositive("stop.killDeadline", killDeadline);
    for (Step step : steps) {
      InvalidSpecException.requireNotNegative("stop.patience", step.patience());
      if (step instanceof Step.Run run) {
        requireCommand(run.argv());
      }
    }
  }

  /// For people: `TERM 10 s, KILL 5 s`. Of what is written nothing is shown, and of a command the
  /// program only: they may hold secrets.
  @Override
  public String toString() {
    var words = new ArrayList<String>();
    for (Step step : steps) {
      String what =
          switch (step) {
            case Step.Send send -> send.signal().toString();
            case Step.SendToLeader send -> send.signal() + " to the leader";
            case Step.Write _ -> "a text to its input";
            case Step.Run run -> run.argv().getFirst();
          };
      words.add(what + " " + DurationText.of(step.patience()));
    }
    words.add("KILL " + DurationText.of(killDeadline));
    return String.join(", ", words);
  }

  private static void requireCommand(List<String> argv) {
    if (argv.isEmpty() || argv.getFirst().isBlank()) {
      throw new InvalidSpecException(
          "stop.run",
          argv.isEmpty() ? "(empty)" : argv.getFirst(),
          "name the program to run as the first element");
    }
    argv.forEach(argument -> InvalidSpecException.rejectNul("stop.run", argument));
  }

  /// One step of a stop sequence. KILL of the tree follows the last step by itself.
  public sealed interface Step {
    /// How long to wait for the process to end after this step.
    Duration patience();

    /// Sends a signal to every member of the tree; TERM is followed by CONT so that a stopped
    /// process can act on it.
    ///
    /// @param signal what to send
    /// @param patience how long to wait for the end
    record Send(Signal signal, Duration patience) implements Step {}

    /// Sends a signal to the process itself and not to its tree, for servers that end their own
    /// children; what is left of the tree afterwards is ended all the same.
    ///
    /// @param signal what to send
    /// @param patience how long to wait for the end
    record SendToLeader(Signal signal, Duration patience) implements Step {}

    /// Writes to standard input.
    ///
    /// @param text what to write
    /// @param patience how long to wait for the end
    record Write(String text, Duration patience) implements Step {}

    /// Runs a command in the process's directory and environment; it and what it leaves running are
    /// killed when that is over.
    ///
    /// @param argv the command; templates are filled in
    /// @param patience how long to wait for the end
    record Run(List<String> argv, Duration patience) implements Step {
      /// Copies the list.
      public Run {
        argv = List.copyOf(argv);
      }
    }
  }

  /// TERM, 10 s, KILL; 5 s until STUCK.
  public static StopSequence ofDefaults() {
    return graceful(Duration.ofSeconds(10));
  }

  /// TERM, `grace`, KILL; 5 s until STUCK. When the manager closes, its
  /// [ProcessManagerBuilder#shutdownTimeout] may leave less than the grace.
  public static StopSequence graceful(Duration grace) {
    return new StopSequence(List.of(new Step.Send(Signal.TERM, grace)), Duration.ofSeconds(5));
  }

  /// KILL at once; 5 s until STUCK.
  public static StopSequence kill() {
    return new StopSequence(List.of(), Duration.ofSeconds(5));
  }

  /// This sequence with another step at its end: `StopSequence.kill().signal(Signal.INT,
  /// ofSeconds(5))`.
  public StopSequence signal(Signal signal, Duration patience) {
    return with(new Step.Send(signal, patience));
  }

  /// This sequence with a signal to the process itself, and not to its tree, at its end.
  public StopSequence signalLeader(Signal signal, Duration patience) {
    return with(new Step.SendToLeader(signal, patience));
  }

  /// This sequence with a write to standard input at its end.
  public StopSequence write(String text, Duration patience) {
    return with(new Step.Write(text, patience));
  }

  /// This sequence with a command at its end.
  public StopSequence run(Duration patience, String... argv) {
    return with(new Step.Run(List.of(argv), patience));
  }

  private StopSequence with(Step step) {
    var longer = new ArrayList<>(steps);
    longer.add(step);
    return new StopSequence(longer, killDeadline);
  }
}
