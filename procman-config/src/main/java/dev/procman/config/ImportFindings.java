package dev.procman.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Collects what could not be carried over; what is read twice, such as a key that several
/// instances of a process share, is told once.
final class ImportFindings {
  private final Set<ImportFinding> all = new LinkedHashSet<>();

  void add(Place place, String key, String instead) {
    add(place.origin(), key, instead);
  }

  void add(Origin at, String key, String instead) {
    all.add(new ImportFinding(at.source(), at.line(), at.column(), key, instead));
  }

  /// File by file, in the order of lines.
  List<ImportFinding> sorted() {
    var files = all.stream().map(ImportFinding::file).distinct().toList();
    var sorted = new ArrayList<>(all);
    sorted.sort(
        Comparator.comparingInt((ImportFinding finding) -> files.indexOf(finding.file()))
            .thenComparingInt(ImportFinding::line)
            .thenComparingInt(ImportFinding::column));
    return List.copyOf(sorted);
  }
}
