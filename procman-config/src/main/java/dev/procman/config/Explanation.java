package dev.procman.config;

import java.util.List;
import java.util.Optional;

/// Where a value comes from.
///
/// @param path the key from the root
/// @param value the value as it is written; empty when nothing is; never a password
/// @param origin where it is written; `built-in default` when nothing is
/// @param about what the key says, with its default
/// @param overridden what stood there before, the latest first
public record Explanation(
    String path, Optional<String> value, Origin origin, String about, List<Overridden> overridden) {

  /// What a value was put on top of.
  ///
  /// @param value the value; never a password
  /// @param origin where it is written
  public record Overridden(String value, Origin origin) {}

  /// Copies the list.
  public Explanation {
    overridden = List.copyOf(overridden);
  }

  /// All of it, in lines.
  @Override
  public String toString() {
    var text = new StringBuilder(path);
    value.ifPresent(shown -> text.append(" = ").append(shown));
    text.append("\n  from ").append(origin);
    if (!about.isEmpty()) {
      text.append("\n  ").append(about);
    }
    overridden.forEach(each ->
        text.append("\n  over ").append(each.value()).append(", from ").append(each.origin()));
    return text.toString();
  }
}
