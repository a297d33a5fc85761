package dev.procman.junit;

import dev.procman.Environment;
import dev.procman.OutputLine;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Hides the values of secret variables in reports.
///
/// @param secrets the values, the longest first
record Mask(List<String> secrets) {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{env\\.([^}]*)}");
  private static final int LEAST = 3;

  static Mask of(Environment environment) {
    return new Mask(
        environment.secrets().stream()
            .map(name -> environment.values().getOrDefault(name, System.getenv(name)))
            .filter(Objects::nonNull)
            .map(Mask::filled)
            .flatMap(String::lines)
            .filter(value -> value.length() >= LEAST)
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList());
  }

  private static String filled(String value) {
    return VARIABLE
        .matcher(value)
        .replaceAll(
            found -> Matcher.quoteReplacement(System.getenv().getOrDefault(found.group(1), "")))
        .replace("$$", "$");
  }

  String hide(OutputLine line) {
    var text = line.text();
    for (String secret : secrets) {
      text = text.replace(secret, "***");
    }
    return text;
  }
}
