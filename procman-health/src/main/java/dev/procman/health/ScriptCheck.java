package dev.procman.health;

import dev.procman.ExitStatus;
import dev.procman.HealthStatus;
import dev.procman.InvalidSpecException;
import dev.procman.LaunchException;
import dev.procman.spi.CommandResult;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Runs a command in the process's directory and environment and judges by its exit code. It has
/// nothing to read on its standard input. At the probe's timeout its whole tree is killed, and so
/// is what it leaves running. A command that cannot be started says nothing of the process: that
/// verdict is UNKNOWN.
///
/// @param command the program and its arguments; templates are filled in
/// @param codes what exit codes mean; default 0 healthy, 1 warning, 2 critical (Monitoring Plugins
///   Development Guidelines, "Plugin Return Codes")
/// @param others what other codes, and an end by a signal, mean; default failed
public record ScriptCheck(
    List<String> command, Map<Integer, HealthStatus> codes, HealthStatus others)
    implements HealthCheck {
  private static final int MOST_WORDS = 500;
  private static final int MOST_EVIDENCE = 4096;

  /// Copies and checks the parts.
  ///
  /// @throws InvalidSpecException when there is no command, or a code is not 0 to 255
  public ScriptCheck {
    command = List.copyOf(command);
    codes = Map.copyOf(codes);
    if (command.isEmpty() || command.getFirst().isBlank()) {
      throw new InvalidSpecException("health.script.command", command, "name the program to run");
    }
    for (int code : codes.keySet()) {
      if (code < 0 || code > 255) {
        throw new InvalidSpecException("health.script.codes", code, "use 0 to 255");
      }
    }
  }

  static ScriptCheck of(List<String> command) {
    return new ScriptCheck(
        command,
        Map.of(0, HealthStatus.HEALTHY, 1, HealthStatus.WARNING, 2, HealthStatus.CRITICAL),
        HealthStatus.FAILED);
  }

  /// With another meaning of an exit code.
  public ScriptCheck code(int code, HealthStatus meaning) {
    var more = new HashMap<>(codes);
    more.put(code, meaning);
    return new ScriptCheck(command, more, others);
  }

  /// With another meaning of all codes that have none of their own.
  public ScriptCheck others(HealthStatus meaning) {
    return new ScriptCheck(command, codes, meaning);
  }

  @Override
  public HealthResult check(HealthContext context) throws InterruptedException {
    CommandResult ended;
    try {
      ended = context.run(command);
    } catch (LaunchException notRun) {
      return HealthResult.unknown("the script could not be run: " + notRun.getMessage());
    }
    var status =
        ended.status() instanceof ExitStatus.Exited(int code)
            ? codes.getOrDefault(code, others)
            : others;
    var words = ended.output().strip();
    return new HealthResult(
            status,
            ended.status().describe()
                + (words.isEmpty() ? "" : ": " + Words.cut(words, MOST_WORDS)),
            Map.of())
        .with("exit", ended.status().describe())
        .with("output", Words.cut(words, MOST_EVIDENCE))
        .with("time", ended.time());
  }

  @Override
  public String describe() {
    return "script " + command.getFirst();
  }
}
