package dev.procman.core.supervisor;

import dev.procman.OutputLine;
import dev.procman.ProcessSpec;
import dev.procman.ServiceState;
import dev.procman.core.host.Templates;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Values that must not be shown, and their masking. A value of several lines is also masked line
/// by line, since output comes so. Values and lines shorter than 3 characters are not masked: they
/// would mask half of every text and hide nothing.
///
/// A text may have been cut within a value, by whoever limits lines or messages, or because a child
/// was ended while it wrote. So its beginning is masked too, where nothing but the mark of a cut
/// follows: all that is long enough when it is known that the line was cut, else half of the value
/// or more, since `pass` at the end of a line is mostly a word.
final class Secrets {
  private static final int LEAST = 3;
  private static final String MASK = "***";
  private static final List<String> CUTS = List.of("…", "...", "\n");

  private final List<String> values;

  Secrets(Set<String> values) {
    // The longest first, so that a secret that contains another is masked whole.
    this.values =
        values.stream()
            .flatMap(value -> Stream.concat(Stream.of(value), value.lines().map(String::strip)))
            .distinct()
            .filter(value -> value.length() >= LEAST)
            .sorted(
                Comparator.comparingInt(String::length).reversed().thenComparing(value -> value))
            .toList();
  }

  /// The values that a specification declares to be secret: as they are written there, what their
  /// templates take from the environment, and what comes of that as far as it is known before a
  /// start.
  ///
  /// @param parent this JVM's environment
  static Secrets declaredBy(ProcessSpec spec, Map<String, String> parent) {
    var environment = spec.environment();
    var values = new HashSet<String>();
    for (var name : environment.secrets()) {
      var value = environment.values().get(name);
      if (value == null) {
        continue;
      }
      values.add(value);
      values.add(
          Templates.fillKnown(
              value,
              template -> {
                if (template.equals("name")) {
                  return spec.name();
                }
                var taken = template.startsWith("env.") ? parent.get(template.substring(4)) : null;
                if (taken != null) {
                  values.add(taken);
                }
                return taken;
              }));
    }
    return new Secrets(values);
  }

  /// These and others.
  Secrets and(Secrets more) {
    if (includes(more)) {
      return this;
    }
    if (more.includes(this)) {
      return more;
    }
    return and(Set.copyOf(more.values));
  }

  Secrets and(Set<String> more) {
    var all = new HashSet<>(values);
    all.addAll(more);
    return new Secrets(all);
  }

  /// Whether nothing of the other is missing here.
  boolean includes(Secrets other) {
    return other.values.size() <= values.size() && values.containsAll(other.values);
  }

  String mask(String text) {
    return values.isEmpty() ? text : mask(text, false);
  }

  private String mask(String text, boolean cut) {
    String masked = text;
    for (String value : values) {
      masked = masked.replace(value, MASK);
    }
    for (String value : values) {
      masked =
          maskBeginning(masked, value, cut ? LEAST : Math.max(LEAST, (value.length() + 1) / 2));
    }
    return masked;
  }

  /// Masks the beginning of a value where a text was cut within it.
  ///
  /// @param least how many characters of it are no accident
  private static String maskBeginning(String text, String value, int least) {
    var masked = maskBeginning(text, text.length(), value, least);
    for (String cut : CUTS) {
      for (int at = masked.indexOf(cut); at >= 0; at = masked.indexOf(cut, at + cut.length())) {
        int rest = masked.length() - at;
        masked = maskBeginning(masked, at, value, least);
        at = masked.length() - rest;
      }
    }
    return masked;
  }

  /// The same where it was cut at `end`.
  private static String maskBeginning(String text, int end, String value, int least) {
    for (int length = Math.min(value.length() - 1, end); length >= least; length--) {
      if (text.regionMatches(end - length, value, 0, length)) {
        return text.substring(0, end - length) + MASK + text.substring(end);
      }
    }
    return text;
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
            mask(line.text(), line.cut()),
            line.cut());
  }
}
