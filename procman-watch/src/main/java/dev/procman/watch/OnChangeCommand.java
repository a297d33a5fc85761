package dev.procman.watch;

import dev.procman.Environment;
import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.RegistryException;
import dev.procman.spi.RestartPolicy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/// A command that is run at each change: a process of the manager, so that its output, its end and
/// the end of the host are cared for like those of any other.
final class OnChangeCommand implements AutoCloseable {
  private static final Duration FOR_EVER = Duration.ofDays(365);

  /// Names the process whose changes it is run at.
  private static final String LABEL = "procman.watch.of";

  private final ManagedProcess command;

  OnChangeCommand(ManagedProcess process, ProcessManager manager, List<String> argv) {
    var spec = process.spec();
    var values = new HashMap<String, String>();
    spec.environment().values().forEach((name, value) -> values.put(name, ports(value, spec)));
    var environment =
        new Environment(
            spec.environment().inherit(),
            spec.environment().allowed(),
            values,
            spec.environment().unset(),
            spec.environment().secrets());
    var builder =
        ProcessSpec.named(freeName(spec.name(), manager))
            .label(LABEL, spec.name())
            .command(argv.stream().map(word -> ports(word, spec)).toList())
            .environment(environment)
            .restart(RestartPolicy.never())
            .onDemand();
    spec.directory().ifPresent(builder::directory);
    command = manager.register(builder.build());
  }

  /// Another watch of the same process may run a command too.
  private static String freeName(String process, ProcessManager manager) {
    String name = process + "-on-change";
    for (int i = 2; isOf(process, name, manager); i++) {
      name = process + "-on-change-" + i;
    }
    return name;
  }

  private static boolean isOf(String process, String name, ProcessManager manager) {
    return manager
        .find(name)
        .filter(taken -> process.equals(taken.spec().labels().get(LABEL)))
        .isPresent();
  }

  /// Ports are those of the watched process.
  private static String ports(String template, ProcessSpec of) {
    String text = template;
    for (String port : of.ports().keySet()) {
      text = text.replace("${port." + port + "}", "${port." + of.name() + ":" + port + "}");
    }
    return text;
  }

  /// Runs it to its end.
  ///
  /// @return why it failed, if it did
  Optional<String> run() throws InterruptedException {
    command.start();
    var report = command.awaitExit(FOR_EVER);
    return report.success()
        ? Optional.empty()
        : Optional.of(command.name() + " ended: " + report.describe());
  }

  @Override
  public void close() {
    try {
      command.remove();
    } catch (RegistryException goneAlready) {
      // The manager closes its processes itself.
    }
  }
}
