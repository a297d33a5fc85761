package dev.procman.junit;

import dev.procman.ExitReport;
import dev.procman.HealthHistory;
import dev.procman.ManagedProcess;
import dev.procman.OutputLine;
import dev.procman.ProbeSnapshot;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What is known of processes when a test has failed, for people.
final class FixtureReport {
  private static final int LINES = 50;
  private static final int VERDICTS = 10;

  private FixtureReport() {}

  /// One line for each process.
  static String summary(List<ManagedProcess> processes) {
    return processes.stream()
        .map(ManagedProcess::snapshot)
        .map(now ->
            now.name()
                + " "
                + now.state()
                + now.lastExit().map(exit -> ", last exit: " + exit.describe()).orElse(""))
        .collect(Collectors.joining("; "));
  }

  /// The whole story of each process, whose directories are kept from now on.
  static String full(List<ManagedProcess> processes) {
    return processes.stream().map(FixtureReport::full).collect(Collectors.joining("\n"));
  }

  private static String full(ManagedProcess process) {
    var now = process.snapshot();
    var text = new StringBuilder();
    text.append(now.name()).append("  ").append(now.state()).append(", ").append(now.health());
    row(text, "because", now.reason());
    row(text, "generation", String.valueOf(now.generation()));
    row(text, "command", String.join(" ", process.spec().command().argv()));
    now.pid().ifPresent(pid -> row(text, "pid", String.valueOf(pid)));
    if (!now.ports().isEmpty()) {
      row(text, "ports", now.ports().toString());
    }
    process.keepDirectories().forEach(path -> row(text, "kept", path.toString()));
    now.lastExit().ifPresent(exit -> exit(text, exit));
    process.probes().forEach(probe -> probe(text, probe));
    process.why().forEach(decision -> row(text, "decided", decision.toString()));
    var lines = process.output().maskedTail(LINES);
    row(text, "output", lines.isEmpty() ? "none" : "the last " + lines.size() + " lines");
    lines.forEach(line -> text.append("\n    ").append(line(line)));
    return text.append('\n').toString();
  }

  private static void exit(StringBuilder text, ExitReport exit) {
    row(text, "last exit", exit.id() + ", pid " + exit.pid() + ": " + exit.describe());
    exit.diagnosis().evidence().forEach(evidence -> row(text, "evidence", evidence));
    exit.keptDirectories().forEach(path -> row(text, "kept", path.toString()));
  }

  private static void probe(StringBuilder text, ProbeSnapshot probe) {
    row(
        text,
        probe.probe(),
        "%s (%s), streak %d: %s"
            .formatted(probe.status(), probe.check(), probe.streak(), probe.message()));
    var entries = probe.history().entries();
    entries.subList(Math.max(0, entries.size() - VERDICTS), entries.size()).stream()
        .map(FixtureReport::verdict)
        .forEach(verdict -> text.append("\n    ").append(verdict));
  }

  private static String verdict(HealthHistory.Entry entry) {
    return "%s %s in %d ms: %s"
        .formatted(
            entry.time(),
            entry.result().status(),
            entry.latency().toMillis(),
            entry.result().message());
  }

  private static String line(OutputLine line) {
    return line.time()
        + " #"
        + line.generation()
        + " "
        + line.stream().name().toLowerCase(Locale.ROOT)
        + " | "
        + line.text();
  }

  private static void row(StringBuilder text, String label, String value) {
    text.append("\n  ").append(label).append(": ").append(value);
  }
}
