package dev.procman.config;

import dev.procman.config.ForeignMapping.Text;
import java.util.Optional;

/// What texts of a process-compose file mean as numbers and truths, here and now.
///
/// @param text fills in variables and templates
/// @param findings is told of what is neither
record ComposeValues(ComposeText text, ImportFindings findings) {

  boolean isTrue(Text value) {
    var now = text.now(value);
    return ForeignWords.bool(now)
        .orElseGet(() -> {
          if (!now.isEmpty()) {
            findings.add(
                value.place(), value.path(), "taken as no: '" + now + "' is neither yes nor no");
          }
          return false;
        });
  }

  Optional<Integer> number(Text value) {
    var now = text.now(value);
    var number = ForeignWords.number(now);
    if (number.isEmpty() && !now.isEmpty()) {
      findings.add(value.place(), value.path(), "left out: '" + now + "' is no number");
    }
    return number;
  }

  /// Tells of keys that are there for people and for aliases.
  static void extensions(ForeignMapping mapping) {
    for (String key : mapping.keys()) {
      if (key.startsWith("x-")) {
        mapping
            .take(key)
            .ifPresent(entry ->
                mapping.tell(entry, key, "left out: it means nothing to process-compose either"));
      }
    }
  }
}
