package dev.procman.config;

import dev.procman.config.ForeignMapping.Text;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Reads where the output of a program of supervisord goes.
final class SupervisordOutput {
  private static final Set<String> TO_CONSOLE =
      Set.of(
          "/dev/stdout",
          "/dev/fd/1",
          "/dev/stderr",
          "/dev/fd/2",
          "/proc/self/fd/1",
          "/proc/self/fd/2");
  private static final String NO_SYSLOG =
      "left out: output goes to no syslog; set output.log and send the log there";

  private final SupervisordFormat shared;
  private final ImportFindings findings;
  private final boolean merged;
  private final boolean events;
  private final Stream out;
  private final Stream errors;

  /// The keys of one stream.
  private record Stream(Optional<Text> file, Optional<Text> size, Optional<Text> backups) {
    static Stream of(ForeignMapping keys, String name) {
      return new Stream(
          keys.text(name + "_logfile"),
          keys.text(name + "_logfile_maxbytes"),
          keys.text(name + "_logfile_backups"));
    }
  }

  SupervisordOutput(
      ForeignMapping keys, boolean merged, SupervisordFormat shared, ImportFindings findings) {
    this.shared = shared;
    this.findings = findings;
    this.merged = merged;
    this.out = Stream.of(keys, "stdout");
    this.errors = Stream.of(keys, "stderr");
    this.events = isTrue(keys.text("stdout_events_enabled"));
    var errorEvents = keys.text("stderr_events_enabled");
    if (isTrue(errorEvents) != events) {
      errorEvents.ifPresent(text ->
          findings.add(
              text.place(),
              text.path(),
              "both streams are published, or none, as stdout_events_enabled says"));
    }
    for (String key : List.of("stdout_capture_maxbytes", "stderr_capture_maxbytes")) {
      keys.cannot(
          key, "left out: there is no capture mode; publish lines as events with output.events");
    }
    for (String key : List.of("stdout_syslog", "stderr_syslog")) {
      keys.cannot(key, NO_SYSLOG);
    }
  }

  private boolean isTrue(Optional<Text> text) {
    return text.flatMap(it -> ForeignWords.bool(shared.now(it, findings).strip())).orElse(false);
  }

  /// Writes it to one instance.
  void write(SupervisordFormat format, ImportTree process) {
    if (events) {
      ImportTarget.toEvents(process);
    }
    var own = errors.file().map(text -> format.text(text, findings));
    boolean shared = own.isPresent() && own.equals(out.file().map(it -> format.text(it, findings)));
    write(out, format, process, merged || shared ? Optional.empty() : Optional.of("stdout"));
    if (merged) {
      tell(errors, "left out: redirect_stderr sends it to stdout");
    } else if (shared) {
      tell(
          new Stream(Optional.empty(), errors.size(), errors.backups()),
          "left out: both streams go to one file");
    } else {
      write(errors, format, process, Optional.of("stderr"));
    }
  }

  private void tell(Stream stream, String instead) {
    for (var key : List.of(stream.file(), stream.size(), stream.backups())) {
      key.ifPresent(text -> findings.add(text.place(), text.path(), instead));
    }
  }

  /// @param only which stream goes to its file; both when empty
  private void write(
      Stream stream, SupervisordFormat format, ImportTree process, Optional<String> only) {
    var unused = new Stream(Optional.empty(), stream.size(), stream.backups());
    if (stream.file().isEmpty()) {
      tell(unused, "left out: no file is named");
      return;
    }
    var text = stream.file().get();
    var path = format.text(text, findings);
    switch (path.strip().toLowerCase(Locale.ROOT)) {
      case "none", "off", "" ->
          findings.add(
              text.place(), text.path(), "goes to no file; the last lines are kept in memory");
      case "auto" ->
          findings.add(
              text.place(),
              text.path(),
              "no file is chosen: name one; the last lines are kept in memory");
      case "syslog" -> {
        findings.add(text.place(), text.path(), NO_SYSLOG);
        ImportTarget.toLog(process);
      }
      default -> {
        if (!TO_CONSOLE.contains(path)) {
          var size = stream.size().flatMap(this::bytes).orElse(50L << 20);
          int keep = stream.backups().flatMap(it -> shared.number(it, findings)).orElse(10);
          var file = ImportTarget.logFile(process, path);
          only.ifPresent(file::only);
          var _ = size > 0 ? file.rotated(size, keep) : file.neverRotated();
          return;
        }
        findings.add(text.place(), text.path(), "lines go to the host's log");
        ImportTarget.toLog(process);
      }
    }
    if (!unused.size().map(Text::text).orElse("").strip().equals("0")) {
      tell(unused, "left out: what goes there is not rotated");
    }
  }

  private Optional<Long> bytes(Text text) {
    var lower = shared.now(text, findings).strip().toLowerCase(Locale.ROOT);
    int shift =
        lower.endsWith("kb") ? 10 : lower.endsWith("mb") ? 20 : lower.endsWith("gb") ? 30 : 0;
    var number = ForeignWords.number(shift == 0 ? lower : lower.substring(0, lower.length() - 2));
    if (number.isEmpty() || number.get() < 0) {
      findings.add(text.place(), text.path(), "left out: '" + text.text() + "' is no size");
      return Optional.empty();
    }
    long size = (long) number.get() << shift;
    if (size > 0 && size < ImportTarget.LEAST_FILE) {
      findings.add(
          text.place(),
          text.path(),
          "rotated at " + ImportTarget.LEAST_FILE + " bytes, the least there is");
    }
    return Optional.of(size);
  }
}
