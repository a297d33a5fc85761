package dev.procman.config;

import dev.procman.Command;
import dev.procman.StopSequence;
import dev.procman.watch.OnChange;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All commands that a process's configuration has run, by the key that says so.
final class Commands {
  private final Map<String, Command> found = new LinkedHashMap<>();

  private Commands() {}

  static Map<String, Command> of(ProcessConfig config) {
    var commands = new Commands();
    commands.found.put(
        config.command() instanceof Command.Shell ? "shell" : "command", config.command());
    commands.add("startup_probe", config.startupProbe());
    commands.add("readiness_probe", config.readinessProbe());
    commands.add("liveness_probe", config.livenessProbe());
    config.shutdown().ifPresent(commands::add);
    config
        .watch()
        .map(watch ->
            watch.onChange() instanceof OnChange.Run run ? run.command() : List.<String>of())
        .filter(argv -> !argv.isEmpty())
        .ifPresent(argv -> commands.found.put("watch.command", new Command.Exec(argv)));
    return commands.found;
  }

  private void add(String key, Optional<ProbeConfig> probe) {
    probe.ifPresent(it -> add(key, it.check()));
  }

  private void add(String key, CheckConfig check) {
    switch (check) {
      case CheckConfig.Exec exec -> found.put(key + ".exec", exec.command());
      case CheckConfig.All all -> add(key + ".all", all.checks());
      case CheckConfig.Any any -> add(key + ".any", any.checks());
      case CheckConfig.Not not -> add(key + ".not", not.check());
      case CheckConfig.Weighted sum ->
          add(
              key + ".weighted",
              sum.parts().stream().map(CheckConfig.Weighted.Part::check).toList());
      case CheckConfig.Http _,
          CheckConfig.Tcp _,
          CheckConfig.Log _,
          CheckConfig.Resources _,
          CheckConfig.File _,
          CheckConfig.Uptime _,
          CheckConfig.Notified _,
          CheckConfig.Watchdog _ -> {}
    }
  }

  private void add(String key, List<CheckConfig> checks) {
    for (int i = 0; i < checks.size(); i++) {
      add(key + "[" + i + "]", checks.get(i));
    }
  }

  private void add(StopSequence shutdown) {
    for (int i = 0; i < shutdown.steps().size(); i++) {
      if (shutdown.steps().get(i) instanceof StopSequence.Step.Run run) {
        found.put("shutdown.steps[" + i + "].command", new Command.Exec(run.argv()));
      }
    }
  }
}
