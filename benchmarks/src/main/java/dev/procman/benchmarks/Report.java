package dev.procman.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Prints what a benchmark measured: a table, and what became of its targets.
final class Report {
  private static final List<String> HEAD =
      List.of("case", "contestant", "median", "worst decile", "unit", "× first", "samples");

  private Report() {}

  /// As columns for a terminal.
  static String text(Benchmark benchmark, Samples samples) {
    var rows = rows(samples);
    rows.addFirst(HEAD);
    var widths = new ArrayList<Integer>();
    for (int column = 0; column < HEAD.size(); column++) {
      int index = column;
      widths.add(rows.stream().mapToInt(row -> row.get(index).length()).max().orElse(0));
    }
    var lines = new ArrayList<String>();
    lines.add(benchmark.title() + " [" + benchmark.name() + "]");
    for (var row : rows) {
      var line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        var padding = " ".repeat(widths.get(column) - row.get(column).length());
        line.append("  ")
            .append(isText(column) ? row.get(column) + padding : padding + row.get(column));
      }
      lines.add(line.toString().stripTrailing());
    }
    benchmark.targets().forEach(target -> lines.add("  target: " + target.verdict(samples)));
    return String.join("\n", lines) + "\n";
  }

  /// As a table of markdown.
  static String markdown(Benchmark benchmark, Samples samples) {
    var lines = new ArrayList<String>();
    lines.add("### " + benchmark.title() + " (`" + benchmark.name() + "`)\n");
    lines.add(HEAD.stream().collect(Collectors.joining(" | ", "| ", " |")));
    lines.add("|---|---|--:|--:|---|--:|--:|");
    rows(samples).forEach(row -> lines.add("| " + String.join(" | ", row) + " |"));
    if (!benchmark.targets().isEmpty()) {
      lines.add("");
    }
    benchmark.targets().forEach(target -> lines.add("- " + target.verdict(samples)));
    return String.join("\n", lines) + "\n";
  }

  private static boolean isText(int column) {
    return column < 2 || column == 4;
  }

  private static List<List<String>> rows(Samples samples) {
    var rows = new ArrayList<List<String>>();
    samples
        .cases()
        .forEach((of, contestants) -> {
          double first = contestants.values().iterator().next().median();
          contestants.forEach((name, series) ->
              rows.add(
                  List.of(
                      of.name(),
                      name,
                      Target.number(series.median()),
                      Target.number(series.worstDecile()),
                      of.unit().sign,
                      first > 0 ? Target.number(series.median() / first) : "",
                      "" + series.values().size())));
        });
    return rows;
  }
}
