package dev.procman.core.supervisor;

import dev.procman.spi.DurationText;
import dev.procman.ExitReport;
import dev.procman.OutputLine;
import dev.procman.ProcessSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The whole story of a wait for readiness that failed, as one text: what was run and where, what
/// became of it, what each probe said, and its last lines. Secrets are still to be masked.
final class FailureStory {
  private FailureStory() {}

  /// Writes it.
  ///
  /// @param why what ended the wait
  /// @param generation the generation waited for, if there was one
  /// @param report its end, when it has ended
  /// @param tail its last lines, for one that has not ended
  /// @param unfinished lines that are not terminated yet, for one that has not ended
  static String tell(
      String why,
      Duration waited,
      ProcessSnapshot snapshot,
      Optional<Generation> generation,
      Optional<ExitReport> report,
      List<String> probes,
      List<OutputLine> tail,
      List<OutputLine> unfinished) {
    var text = new StringBuilder(512);
    text.append("process '").append(snapshot.name()).append("' is not ready: ").append(why);
    row(text, "waited", DurationText.of(waited));
    row(
        text,
        "state",
        snapshot.state()
            + ", generation "
            + snapshot.generation()
            + ", because "
            + snapshot.reason());
    generation.ifPresent(run -> {
      row(
          text,
          "command",
          String.join(" ", run.shownCommand().stream().map(FailureStory::quoted).toList()));
      row(text, "directory", run.directory().toString());
      run.process().ifPresent(process -> row(text, "pid", String.valueOf(process.pid())));
    });
    report.ifPresent(ended -> {
      row(text, "exit", ended.describe() + ", after " + DurationText.of(ended.uptime()));
      ended.diagnosis().evidence().forEach(line -> row(text, "evidence", line));
      ended.keptDirectories().forEach(path -> row(text, "kept", path.toString()));
    });
    probes.forEach(words -> row(text, "probe", words));
    var lines = report.map(ExitReport::lastLines).orElse(tail);
    var partial = report.isPresent() ? List.<OutputLine>of() : unfinished;
    int count = lines.size() + partial.size();
    if (count == 0) {
      row(text, "output", "none");
    } else {
      row(text, "output", "the last " + count + (count == 1 ? " line" : " lines"));
      lines.forEach(line -> line(text, line, ""));
      partial.forEach(line -> line(text, line, " (unfinished)"));
    }
    return text.toString();
  }

  private static void line(StringBuilder text, OutputLine line, String mark) {
    text.append("\n    ")
        .append(line.stream().name().toLowerCase(Locale.ROOT))
        .append(" | ")
        .append(line.text())
        .append(mark);
  }

  private static void row(StringBuilder text, String label, String value) {
    text.append("\n  ").append(label).append(": ").append(value);
  }

  private static String quoted(String word) {
    boolean plain =
        !word.isEmpty() && word.chars().allMatch(c -> c > ' ' && "'\"\\$&|;<>()*?".indexOf(c) < 0);
    return plain ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
