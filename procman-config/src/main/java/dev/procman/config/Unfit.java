package dev.procman.config;

import java.util.Optional;

/// A scalar is not what its rule wants.
final class Unfit extends Exception {
  private static final long serialVersionUID = 1L;

  private final String problem;
  private final String expected;
  private final String suggestion;

  Unfit(String problem, String expected) {
    this(problem, expected, "");
  }

  Unfit(String problem, String expected, String suggestion) {
    super(problem, null, false, false);
    this.problem = problem;
    this.expected = expected;
    this.suggestion = suggestion;
  }

  /// What is wrong; empty when `expected` says it all.
  String problem() {
    return problem;
  }

  String expected() {
    return expected;
  }

  Optional<String> suggestion() {
    return suggestion.isEmpty() ? Optional.empty() : Optional.of(suggestion);
  }
}
