package dev.procman.config;

import java.util.List;
import java.util.stream.Collectors;

/// A configuration cannot be used. It has all that is wrong with it, in the order of the sources;
/// nothing was registered, started or changed.
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // Its lists are made by List.copyOf, which can be.
  private final List<Problem> problems;

  /// With what is wrong.
  public ConfigException(List<Problem> problems) {
    super(words(problems));
    this.problems = List.copyOf(problems);
  }

  /// What is wrong, in the order of the sources.
  public List<Problem> problems() {
    return problems;
  }

  private static String words(List<Problem> problems) {
    return problems.size()
        + (problems.size() == 1 ? " problem" : " problems")
        + " in the configuration\n"
        + problems.stream().map(Problem::toString).collect(Collectors.joining("\n"));
  }
}
