package dev.procman.config.importer;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// Reads what a `.env` file says, for values that must be known while a file is read; the file
/// itself goes to the loader, which knows more.
final class DotEnv {
  private static final Pattern LINE =
      Pattern.compile(
          "(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)'|(.*?))(?:\\s#.*)?\\s*");

  private DotEnv() {}

  static Map<String, String> read(String text) {
    var values = new LinkedHashMap<String, String>();
    text.lines()
        .map(String::strip)
        .forEach(line -> {
          var pair = LINE.matcher(line);
          if (pair.matches()) {
            for (int group = 2; group <= 4; group++) {
              if (pair.group(group) != null) {
                values.put(pair.group(1), pair.group(group));
              }
            }
          }
        });
    return values;
  }
}
