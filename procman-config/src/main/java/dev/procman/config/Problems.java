package dev.procman.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Collects what is wrong, so that all of it is told at once. What the same place has already been
/// blamed for is not told again: a value of `defaults` stands in every process. Not thread-safe.
final class Problems {
  private static final int MOST = 500;
  private static final int MOST_TEXT = 120;
  private static final int MOST_WORDS = 600;

  private final List<Problem> found = new ArrayList<>();
  private final Set<String> told = new HashSet<>();
  private final Map<String, Integer> order = new LinkedHashMap<>();
  private final IdentityHashMap<Source, ShownLines> lines = new IdentityHashMap<>();
  private int count;

  boolean isEmpty() {
    return found.isEmpty();
  }

  /// One thing that is wrong, where it makes no sense to go on.
  static ConfigException only(Place place, String message, String expected) {
    var problems = new Problems();
    problems.add(place, KeyPath.ROOT, message, expected);
    return new ConfigException(problems.sorted());
  }

  /// How often something was wrong, also what is not told again: whoever compares this before and
  /// after must not take that for right.
  int count() {
    return count;
  }

  void add(Place place, KeyPath path, String message, String expected) {
    add(place, path, "", message, expected, Optional.empty());
  }

  void add(
      Place place,
      KeyPath path,
      String text,
      String message,
      String expected,
      Optional<String> suggestion) {
    count++;
    order.putIfAbsent(place.source().name(), order.size());
    if (!told.add(place.origin() + " " + message) || found.size() >= MOST) {
      return;
    }
    var line = shown(place).filter(shown -> !Sensitive.isLine(shown));
    found.add(
        new Problem(
            place.origin(), path.toString(), cut(text), message, expected, suggestion, line));
  }

  private Optional<String> shown(Place place) {
    return place.source().lines() == Source.Lines.SHOWN
        ? lines.computeIfAbsent(place.source(), ShownLines::of).line(place.line(), place.column())
        : Optional.empty();
  }

  /// What an exception says, on one line.
  static String words(Exception wrong) {
    var text = String.valueOf(wrong.getMessage());
    return oneLine(text.length() > MOST_WORDS ? text.substring(0, MOST_WORDS) + "…" : text);
  }

  /// The beginning of a text, on one line.
  static String cut(String text) {
    var piece = text.length() > MOST_TEXT ? text.substring(0, MOST_TEXT) + "…" : text;
    return oneLine(piece);
  }

  private static String oneLine(String text) {
    return text.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t").replace("\0", "\\0");
  }

  /// All of it, in the order of the sources and their lines.
  List<Problem> sorted() {
    var sorted = new ArrayList<>(found);
    sorted.sort(
        Comparator.<Problem>comparingInt(
                problem -> order.getOrDefault(problem.origin().source(), 0))
            .thenComparingInt(problem -> problem.origin().line())
            .thenComparingInt(problem -> problem.origin().column()));
    return List.copyOf(sorted);
  }

  /// Ends the load if there is anything wrong.
  ///
  /// @throws ConfigException with all of it
  void throwAny() {
    if (!found.isEmpty()) {
      throw new ConfigException(sorted());
    }
  }
}
