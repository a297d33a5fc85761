package dev.procman.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Writes the rules as JSON Schema 2020-12.
final class JsonSchema {
  private JsonSchema() {}

  static String text() {
    var definitions = new Definitions();
    var own = ProjectKeys.PROJECT.ownSchema(definitions);
    var schema = new LinkedHashMap<String, Object>();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", "Processes of procman");
    schema.putAll(own);
    schema.put("$defs", definitions.parts());
    return json(schema) + "\n";
  }

  /// Maps, lists, texts, numbers, booleans and `null` as JSON.
  static String json(@Nullable Object value) {
    var text = new StringBuilder();
    write(value, text, 0);
    return text.toString();
  }

  private static void write(@Nullable Object value, StringBuilder text, int depth) {
    switch (value) {
      case null -> text.append("null");
      case Map<?, ?> map -> write(map, text, depth);
      case List<?> list -> write(list, text, depth);
      case String string -> quote(string, text);
      default -> text.append(value);
    }
  }

  private static void write(Map<?, ?> map, StringBuilder text, int depth) {
    if (map.isEmpty()) {
      text.append("{}");
      return;
    }
    // Maps without an order of their own are sorted, so that every run writes the same.
    Map<?, ?> ordered = map instanceof LinkedHashMap<?, ?> ? map : new TreeMap<>(map);
    String separator = "{";
    for (var entry : ordered.entrySet()) {
      text.append(separator).append('\n').append("  ".repeat(depth + 1));
      quote(String.valueOf(entry.getKey()), text);
      text.append(": ");
      write(entry.getValue(), text, depth + 1);
      separator = ",";
    }
    text.append('\n').append("  ".repeat(depth)).append('}');
  }

  private static void write(List<?> list, StringBuilder text, int depth) {
    if (list.stream().noneMatch(each -> each instanceof Map || each instanceof List)) {
      String separator = "[";
      for (Object each : list) {
        text.append(separator);
        write(each, text, depth);
        separator = ", ";
      }
      text.append(list.isEmpty() ? "[]" : "]");
      return;
    }
    String separator = "[";
    for (Object each : list) {
      text.append(separator).append('\n').append("  ".repeat(depth + 1));
      write(each, text, depth + 1);
      separator = ",";
    }
    text.append('\n').append("  ".repeat(depth)).append(']');
  }

  private static void quote(String string, StringBuilder text) {
    text.append('"');
    string
        .chars()
        .forEach(c -> {
          switch (c) {
            case '"' -> text.append("\\\"");
            case '\\' -> text.append("\\\\");
            case '\n' -> text.append("\\n");
            default -> {
              if (c < ' ') {
                text.append(String.format(java.util.Locale.ROOT, "\\u%04x", c));
              } else {
                text.append((char) c);
              }
            }
          }
        });
    text.append('"');
  }
}
