package dev.procman.core.supervisor;

import dev.procman.OutputLine;
import dev.procman.ProcessSpec;
import dev.procman.ServiceState;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Values that must not be shown, and their masking. A value of several lines is also masked line
/// by line, since output comes so. Values and lines shorter than 3 characters are not masked: they
/// would mask half of every text and hide nothing.
final class Secrets {
  private static final int LEAST = 3;

  private final List<String> values;

  Secrets(Set<String> values) {
    // The longest first, so that a secret that contains another is masked whole.
    this.values =
        values.stream()
            .flatMap(value -> Stream.concat(Stream.of(value), value.lines().map(String::strip)))
            .distinct()
            .filter(value -> value.length() >= LEAST)
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
  }

  /// The values that a specification declares to be secret, as they are written there.
  static Secrets declaredBy(ProcessSpec spec) {
    var environment = spec.environment();
    return new Secrets(
        environment.values().entrySet().stream()
            .filter(variable -> environment.secrets().contains(variable.getKey()))
            .map(Map.Entry::getValue)
            .collect(Collectors.toSet()));
  }

  Secrets and(Set<String> more) {
    var all = new HashSet<>(values);
    all.addAll(more);
    return new Secrets(all);
  }

  String mask(String text) {
    String masked = text;
    for (String value : values) {
      masked = masked.replace(value, "***");
    }
    return masked;
  }

  ServiceState mask(ServiceState state) {
    return values.isEmpty()
        ? state
        : new ServiceState(
            state.phase(),
            state.status().map(this::mask),
            state.mainPid(),
            state.error(),
            state.busError().map(this::mask),
            state.watchdogAge(),
            state.watchdogInterval(),
            state.watchdogTriggered(),
            state.extension(),
            state.ignored());
  }

  List<OutputLine> mask(List<OutputLine> lines) {
    return values.isEmpty() ? lines : lines.stream().map(this::mask).toList();
  }

  OutputLine mask(OutputLine line) {
    return values.isEmpty()
        ? line
        : new OutputLine(
            line.sequence(),
            line.generation(),
            line.stream(),
            line.time(),
            mask(line.text()),
            line.cut());
  }
}
