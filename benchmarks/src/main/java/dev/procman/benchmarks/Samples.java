package dev.procman.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Everything that was measured: for each case, for each contestant, its values. The first
/// contestant of a case is the one that the others are compared with. Not thread-safe.
final class Samples {

  /// What contestants are compared in.
  ///
  /// @param name for people
  /// @param unit of its values
  record Case(String name, Unit unit) {}

  /// The values of one contestant in one case.
  record Series(Unit unit, List<Double> values) {
    double median() {
      return quantile(0.5);
    }

    /// What nine of ten values are better than.
    double worstDecile() {
      return quantile(unit.moreIsBetter ? 0.1 : 0.9);
    }

    private double quantile(double share) {
      var sorted = values.stream().sorted().toList();
      double place = share * (sorted.size() - 1);
      double low = sorted.get((int) Math.floor(place));
      double high = sorted.get((int) Math.ceil(place));
      return low + (high - low) * (place - Math.floor(place));
    }
  }

  private final Map<Case, Map<String, Series>> cases = new LinkedHashMap<>();

  void add(Case of, String contestant, double value) {
    cases
        .computeIfAbsent(of, _ -> new LinkedHashMap<>())
        .computeIfAbsent(contestant, _ -> new Series(of.unit, new ArrayList<>()))
        .values
        .add(value);
  }

  Map<Case, Map<String, Series>> cases() {
    return cases;
  }

  /// The median of a contestant; not a number when it did not take part.
  double median(String caseName, String contestant) {
    return quantile(0.5, caseName, contestant);
  }

  /// What that share of a contestant's values is not above; not a number when it did not take part.
  double quantile(double share, String caseName, String contestant) {
    return cases.entrySet().stream()
        .filter(entry -> entry.getKey().name.equals(caseName))
        .map(entry -> Optional.ofNullable(entry.getValue().get(contestant)))
        .flatMap(Optional::stream)
        .mapToDouble(series -> series.quantile(share))
        .findFirst()
        .orElse(Double.NaN);
  }

  /// As text, a line for each value; [#read] takes it back.
  List<String> lines() {
    var lines = new ArrayList<String>();
    cases.forEach((of, contestants) ->
        contestants.forEach((contestant, series) ->
            series.values.forEach(value ->
                lines.add(String.join("\t", of.name, of.unit.name(), contestant, "" + value)))));
    return lines;
  }

  void read(String line) {
    var fields = line.split("\t");
    add(new Case(fields[0], Unit.valueOf(fields[1])), fields[2], Double.parseDouble(fields[3]));
  }
}
