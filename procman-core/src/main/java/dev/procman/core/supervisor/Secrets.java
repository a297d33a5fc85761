package dev.procman.core.supervisor;

import dev.procman.OutputLine;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/// Values that must not be shown, and their masking. Values shorter than 3 characters are not
/// masked: they would mask half of every text and hide nothing.
final class Secrets {
  static final Secrets NONE = new Secrets(Set.of());
  private static final int LEAST = 3;

  private final List<String> values;

  Secrets(Set<String> values) {
    // The longest first, so that a secret that contains another is masked whole.
    this.values =
        values.stream()
            .filter(value -> value.length() >= LEAST)
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
  }

  String mask(String text) {
    String masked = text;
    for (String value : values) {
      masked = masked.replace(value, "***");
    }
    return masked;
  }

  List<OutputLine> mask(List<OutputLine> lines) {
    if (values.isEmpty()) {
      return lines;
    }
    return lines.stream()
        .map(line ->
            new OutputLine(
                line.sequence(),
                line.generation(),
                line.stream(),
                line.time(),
                mask(line.text()),
                line.cut()))
        .toList();
  }
}
