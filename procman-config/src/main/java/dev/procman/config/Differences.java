package dev.procman.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compares processes key by key, in the words that their files use.
final class Differences {
  private static final String NOT_SHOWN = "(not shown)";
  private static final int LONGEST = 200;

  /// Below these keys are values that people keep passwords in.
  private static final Set<String> HIDDEN = Set.of("environment", "files", "headers");

  private Differences() {}

  static List<Difference> all(ProcessConfig process) {
    return between(Map.of(), flat(process));
  }

  static List<Difference> between(ProcessConfig before, ProcessConfig after) {
    var differences = new ArrayList<>(between(flat(before), flat(after)));
    if (!values(before).equals(values(after))) {
      differences.add(hidden("env_file and secrets: values kept elsewhere"));
    }
    return differences;
  }

  /// When it is not known what it was made from.
  static List<Difference> unknown() {
    return List.of(hidden("changed by the host since it was applied"));
  }

  private static Difference hidden(String key) {
    return new Difference(key, Optional.of(NOT_SHOWN), Optional.of(NOT_SHOWN));
  }

  private static List<Object> values(ProcessConfig process) {
    var environment = process.environment();
    return List.of(
        environment.files().stream().map(EnvFile::values).toList(), environment.secrets());
  }

  private static List<Difference> between(Map<String, Object> before, Map<String, Object> after) {
    var keys = new LinkedHashSet<>(before.keySet());
    keys.addAll(after.keySet());
    var differences = new ArrayList<Difference>();
    for (String key : keys) {
      var old = before.get(key);
      var next = after.get(key);
      if (!Objects.equals(old, next)) {
        differences.add(new Difference(key, shown(key, old), shown(key, next)));
      }
    }
    return differences;
  }

  private static Optional<String> shown(String key, @Nullable Object value) {
    if (value == null) {
      return Optional.empty();
    }
    var segments = List.of(key.split("\\.", -1));
    boolean hide =
        segments.stream().anyMatch(HIDDEN::contains)
            || segments.stream().anyMatch(Sensitive::isName);
    return Optional.of(hide ? NOT_SHOWN : line(String.valueOf(value)));
  }

  /// A script would take many.
  private static String line(String value) {
    var line = value.strip().replace("\n", "\\n");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }

  private static Map<String, Object> flat(ProcessConfig process) {
    var flat = new LinkedHashMap<String, Object>();
    flatten("", ProcessKeys.PROCESS.write(process), flat);
    return flat;
  }

  private static void flatten(String key, Object value, Map<String, Object> flat) {
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      map.forEach(
          (name, below) -> flatten(key.isEmpty() ? "" + name : key + "." + name, below, flat));
    } else {
      flat.put(key, value);
    }
  }
}
