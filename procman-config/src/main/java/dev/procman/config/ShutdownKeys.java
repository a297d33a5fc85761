package dev.procman.config;

import static dev.procman.config.Defaults.unless;

import dev.procman.Signal;
import dev.procman.StopSequence;
import dev.procman.StopSequence.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How a process is asked to end: one signal or command, or several steps.
final class ShutdownKeys {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration DEADLINE = Duration.ofSeconds(5);

  /// A signal by its name, with or without `SIG`.
  static final ScalarRule<Signal> SIGNAL = Scalars.word(signals());

  private static final Key<Signal> SEND =
      Key.of("signal", SIGNAL, "sends this signal; default `TERM`");
  private static final Key<Boolean> PARENT_ONLY =
      Key.of(
          "parent_only",
          Scalars.BOOLEAN,
          "whether the signal goes to the process itself and not to its tree; default `false`");
  private static final Key<List<String>> RUN =
      Key.of("command", CommandKeys.ARGV, "runs a command").notQuoted();
  private static final Key<String> WRITE =
      Key.of("write", Scalars.TEXT, "writes to standard input").notQuoted();
  private static final Key<Duration> WAIT =
      Key.of("wait", Scalars.DURATION, "how long to wait for the end; default `10s`")
          .calledElsewhere("timeout");
  private static final Key<Duration> TIMEOUT =
      Key.of(
              "timeout",
              Scalars.DURATION,
              "how long to wait for the end before the whole tree is killed; default `10s`")
          .calledElsewhere("timeout_seconds", "grace", "stop_grace_period");
  private static final Key<Duration> KILL_DEADLINE =
      Key.of(
          "kill_deadline",
          Scalars.SPAN,
          "how long after that it may be seen alive before it counts as stuck; default `5s`");

  private static final ObjectRule<Step> STEP =
      ObjectRule.<Step>of("shutdown_step")
          .key(SEND, ShutdownKeys::signal)
          .key(WRITE, it -> it instanceof Step.Write write ? Optional.of(write.text()) : none())
          .key(RUN, it -> it instanceof Step.Run run ? Optional.of(run.argv()) : none())
          .key(PARENT_ONLY, it -> unless(it instanceof Step.SendToLeader, false))
          .key(WAIT, it -> unless(it.patience(), PATIENCE))
          .exactlyOne(SEND, WRITE, RUN)
          .atMostOne(PARENT_ONLY, WRITE)
          .atMostOne(PARENT_ONLY, RUN)
          .make(ShutdownKeys::step);

  private static final Key<List<Step>> STEPS =
      Key.of(
          "steps",
          ListRule.of(STEP),
          "in place of `signal` and `command`: steps of `{signal, parent_only}`, `{write}` or"
              + " `{command}`, each with `wait`; an empty list kills at once");

  static final ObjectRule<StopSequence> SHUTDOWN =
      ObjectRule.<StopSequence>of("shutdown")
          .key(SEND, _ -> none())
          .key(PARENT_ONLY, _ -> none())
          .key(RUN, _ -> none())
          .key(TIMEOUT, _ -> none())
          .key(STEPS, it -> Optional.of(it.steps()))
          .key(KILL_DEADLINE, it -> unless(it.killDeadline(), DEADLINE))
          .atMostOne(STEPS, SEND)
          .atMostOne(STEPS, PARENT_ONLY)
          .atMostOne(STEPS, RUN)
          .atMostOne(STEPS, TIMEOUT)
          .make(it -> new StopSequence(steps(it), it.or(KILL_DEADLINE, DEADLINE)));

  private ShutdownKeys() {}

  private static <V> Optional<V> none() {
    return Optional.empty();
  }

  private static Map<String, Signal> signals() {
    var words = new LinkedHashMap<String, Signal>();
    for (Signal signal : Signal.values()) {
      words.put(signal.name(), signal);
    }
    for (Signal signal : Signal.values()) {
      words.put("SIG" + signal.name(), signal);
    }
    return words;
  }

  private static Optional<Signal> signal(Step step) {
    return switch (step) {
      case Step.Send send -> Optional.of(send.signal());
      case Step.SendToLeader send -> Optional.of(send.signal());
      case Step.Write _, Step.Run _ -> Optional.empty();
    };
  }

  private static Step send(Values it, Duration patience) {
    var signal = it.or(SEND, Signal.TERM);
    return it.or(PARENT_ONLY, false)
        ? new Step.SendToLeader(signal, patience)
        : new Step.Send(signal, patience);
  }

  private static Step step(Values it) {
    var wait = it.or(WAIT, PATIENCE);
    return it.find(WRITE)
        .<Step>map(text -> new Step.Write(text, wait))
        .or(() -> it.find(RUN).map(argv -> new Step.Run(argv, wait)))
        .orElseGet(() -> send(it, wait));
  }

  private static List<Step> steps(Values it) {
    if (it.find(STEPS).isPresent()) {
      return it.get(STEPS);
    }
    var steps = new ArrayList<Step>();
    var timeout = it.or(TIMEOUT, PATIENCE);
    it.find(RUN).ifPresent(argv -> steps.add(new Step.Run(argv, timeout)));
    if (steps.isEmpty() || it.find(SEND).isPresent()) {
      steps.add(send(it, timeout));
    }
    return steps;
  }
}
