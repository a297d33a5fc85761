package dev.procman.core.manager;

import dev.procman.ProcessSpec;
import dev.procman.Signal;
import dev.procman.StandardInput;
import dev.procman.StopSequence.Step;
import dev.procman.UnsupportedByLauncherException;
import dev.procman.core.supervisor.SupervisorContext;
import dev.procman.spi.ProcessLauncher;
import dev.procman.spi.ProcessLauncher.Capability;

/// Rejects early what the launcher in use cannot do.
record Capabilities(ProcessLauncher launcher) {

  void require(ProcessSpec spec, SupervisorContext context) {
    launcher
        .obstacle(spec.launch())
        .ifPresent(obstacle -> {
          throw new UnsupportedByLauncherException(
              "launch settings of '" + spec.name() + "'", launcher.name(), obstacle);
        });
    for (var needed : spec.launch().needed()) {
      if (!launcher.capabilities().contains(needed)) {
        throw new UnsupportedByLauncherException(
            "launch settings of '" + spec.name() + "': " + needed,
            launcher.name(),
            launcher.name().equals("portable")
                ? "add procman-linux to the class path and allow it native access; the log says what is missing"
                : "leave them out");
      }
    }
    boolean fromFile =
        spec.stdin() instanceof StandardInput.File || spec.stdin() instanceof StandardInput.None;
    if (fromFile && !launcher.capabilities().contains(Capability.INPUT_FILE)) {
      throw new UnsupportedByLauncherException(
          "standard input of '" + spec.name() + "': " + Capability.INPUT_FILE,
          launcher.name(),
          "use a text or a pipe");
    }
    if (launcher.capabilities().contains(Capability.SIGNALS)) {
      return;
    }
    for (var step : spec.stop().orElse(context.defaultStop()).steps()) {
      var signal =
          switch (step) {
            case Step.Send send -> send.signal();
            case Step.SendToLeader send -> send.signal();
            case Step.Write _, Step.Run _ -> Signal.TERM;
          };
      if (signal != Signal.TERM && signal != Signal.KILL) {
        throw new UnsupportedByLauncherException(
            "stop step of '" + spec.name() + "': signal " + signal,
            launcher.name(),
            "send TERM, write to its input or run a command");
      }
    }
  }
}
