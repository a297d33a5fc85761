package dev.procman.config;

import dev.procman.config.ForeignMapping.Text;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Reads the probes of a process of process-compose.
///
/// There, a process that is not ready for so many checks is ended, also when it was ready before.
/// procman's readiness never ends anything, so that the same check becomes the liveness probe too,
/// and the time of so many checks the start timeout.
final class ComposeProbes {
  /// A probe that was read.
  ///
  /// @param seconds how long it may fail before it has failed
  private record Read(ImportTree probe, long seconds, Text at) {}

  private final ForeignMapping keys;
  private final ComposeText text;
  private final ImportTree process;
  private final ImportFindings findings;
  private final ImportTarget.Shell shell;

  ComposeProbes(
      ForeignMapping keys,
      ComposeText text,
      ImportTree process,
      ImportFindings findings,
      ImportTarget.Shell shell) {
    this.keys = keys;
    this.text = text;
    this.process = process;
    this.findings = findings;
    this.shell = shell;
  }

  void read() {
    var ready = probe("readiness_probe");
    probe("liveness_probe")
        .ifPresent(live ->
            findings.add(
                live.at().place(),
                live.at().path(),
                "left out: process-compose acts on it for daemons only; as liveness_probe here it"
                    + " would have the process restarted"));
    var line = keys.text("ready_log_line").filter(it -> !it.text().isEmpty());
    if (ready.isPresent()) {
      ImportTarget.readinessProbe(process, ready.get().probe());
      ImportTarget.startTimeout(process, ready.get().seconds());
      ImportTarget.livenessProbe(process, ready.get().probe());
      line.ifPresent(it ->
          findings.add(
              it.place(),
              it.path(),
              "left out: there is a readiness_probe too, so process-compose refuses the file"));
    } else {
      line.ifPresent(it -> {
        ImportTarget.readinessProbe(process, ImportTarget.logProbe(it.text()));
        ImportTarget.startForEver(process);
      });
    }
  }

  private Optional<Read> probe(String key) {
    return keys.fields(key)
        .flatMap(probe -> {
          int delay = number(probe, "initial_delay_seconds", 0, 0);
          int period = number(probe, "period_seconds", 10, 1);
          int timeout = number(probe, "timeout_seconds", 1, 1);
          int successes = number(probe, "success_threshold", 1, 1);
          int failures = number(probe, "failure_threshold", 3, 1);
          var exec = probe.fields("exec");
          var http = probe.fields("http_get");
          probe.rest("left out: a probe has no such key");
          var at = new Text(probe.place(), keys.path(key), "");
          ImportTree check;
          if (exec.isPresent()) {
            check = exec(exec.get());
            http.ifPresent(it ->
                findings.add(it.place(), probe.path("http_get"), "left out: there is an exec too"));
          } else if (http.isPresent()) {
            check = http(http.get());
          } else {
            findings.add(at.place(), at.path(), "left out: it has neither exec nor http_get");
            return Optional.empty();
          }
          ImportTarget.timing(check, delay, period, timeout, successes, failures);
          return Optional.of(new Read(check, delay + (long) failures * (period + timeout), at));
        });
  }

  private int number(ForeignMapping probe, String key, int standard, int least) {
    return probe
        .text(key)
        .flatMap(it -> {
          var now = text.now(it);
          var number = ForeignWords.number(now);
          if (number.isEmpty() && !now.isEmpty()) {
            findings.add(it.place(), it.path(), "left out: '" + now + "' is no number");
          }
          return number;
        })
        .filter(it -> it >= least)
        .orElse(standard);
  }

  private ImportTree exec(ForeignMapping exec) {
    var command = exec.text("command").map(text::script).orElse("false");
    var directory = exec.text("working_dir").map(text::of);
    exec.rest("left out: exec has no such key");
    return ImportTarget.execProbe(
        shell,
        directory
            .map(path -> "cd " + CommandWords.quoted(path) + " || exit 1\n" + command)
            .orElse(command));
  }

  private ImportTree http(ForeignMapping http) {
    boolean https = http.text("scheme").map(text::of).orElse("http").equalsIgnoreCase("https");
    var port =
        http.text("port")
            .map(text::of)
            .filter(it -> !it.isEmpty())
            .or(() -> http.text("num_port").map(text::of));
    http.take("num_port");
    Map<String, String> headers = new LinkedHashMap<>();
    http.fields("headers")
        .ifPresent(all -> {
          for (String name : all.keys()) {
            all.text(name).ifPresent(value -> headers.put(name, text.unrendered(value)));
          }
          all.rest("left out: it is no text");
        });
    int status = number(http, "status_code", 200, 100);
    var host = http.text("host").map(text::of).orElse("127.0.0.1");
    var path = http.text("path").map(text::of).orElse("/");
    http.rest("left out: http_get has no such key");
    return ImportTarget.httpProbe(
        new ImportTarget.Http(
            https, host, port.orElse(https ? "443" : "80"), path, headers, status));
  }
}
