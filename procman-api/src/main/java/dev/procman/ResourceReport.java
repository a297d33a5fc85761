package dev.procman;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/// What the processes of a manager cost, dearest first. [#toString()] prints it as a table.
///
/// @param time wall time of the report
/// @param rows a row for each process that was measured
public record ResourceReport(Instant time, List<Row> rows) {
  /// Copies the list.
  public ResourceReport {
    rows = List.copyOf(rows);
  }

  /// One process.
  ///
  /// @param name which
  /// @param state its state
  /// @param cost its share of all CPU time and of all memory now in use, their mean, 0 to 1
  /// @param cpu CPU use in cores over the last minute
  /// @param usage everything that was measured
  /// @param restarts restarts by policy
  /// @param endings its latest ended generations, oldest first, at most 8: whether restarts go with
  ///   peaks
  public record Row(
      String name,
      ProcessState state,
      double cost,
      OptionalDouble cpu,
      ResourceUsage usage,
      int restarts,
      List<Ending> endings) {
    /// Copies the list.
    public Row {
      endings = List.copyOf(endings);
    }
  }

  /// How a generation ended, and how much it had used.
  ///
  /// @param generation which
  /// @param outcome how it ended
  /// @param uptime from spawn to exit
  /// @param peak its highest levels; empty when it was never measured
  public record Ending(
      long generation, String outcome, Duration uptime, Optional<ResourceSample> peak) {}

  private static final List<String> HEAD =
      List.of(
          "process",
          "state",
          "cost",
          "cpu",
          "cpu time",
          "memory",
          "peak",
          "descr",
          "threads",
          "procs",
          "restarts",
          "ended before, at peak memory");

  @Override
  public String toString() {
    var lines = new ArrayList<List<String>>();
    lines.add(HEAD);
    rows.forEach(row -> lines.add(cells(row)));
    var text = new StringBuilder();
    for (var line : lines) {
      for (int column = 0; column < HEAD.size(); column++) {
        int at = column;
        int width = lines.stream().mapToInt(each -> each.get(at).length()).max().orElse(0);
        var cell = line.get(column);
        boolean words = column < 2 || column == HEAD.size() - 1;
        text.append(column == 0 ? "" : "  ")
            .append(words ? cell : " ".repeat(width - cell.length()))
            .append(words ? " ".repeat(width - cell.length()) : cell);
      }
      text.setLength(text.toString().stripTrailing().length());
      text.append('\n');
    }
    return text.toString();
  }

  private static List<String> cells(Row row) {
    var now = row.usage.now();
    var memory = ResourceValue.of(ResourceMetric.RESIDENT_MEMORY);
    return List.of(
        row.name,
        row.state.name(),
        String.format(Locale.ROOT, "%.0f %%", row.cost * 100),
        row.cpu.isPresent() ? String.format(Locale.ROOT, "%.2f", row.cpu.getAsDouble()) : "",
        row.usage
            .total()
            .cpuTime()
            .map(time -> String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3))
            .orElse(""),
        shown(memory, now),
        shown(memory, row.usage.peakEver()),
        shown(ResourceValue.of(ResourceMetric.DESCRIPTORS), now),
        shown(ResourceValue.of(ResourceMetric.THREADS), now),
        shown(ResourceValue.of(ResourceMetric.PROCESSES), now),
        Integer.toString(row.restarts),
        String.join(
            ", ",
            row.endings.stream()
                .map(ending ->
                    ending.outcome
                        + ending.peak.map(peak -> " at " + shown(memory, peak)).orElse(""))
                .toList()));
  }

  private static String shown(ResourceValue value, ResourceSample sample) {
    var read = value.read(Optional.empty(), sample);
    return read.isPresent() ? value.show(read.getAsDouble()) : "";
  }
}
