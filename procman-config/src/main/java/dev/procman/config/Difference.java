package dev.procman.config;

import java.util.Optional;

/// One key of a process that a plan changes. Values of the environment, contents of files and what
/// is named like a password are not part of it.
///
/// @param key the key from the process on, such as `restart.limit`
/// @param before what it was; empty when there was none
/// @param after what it will be; empty when there will be none
public record Difference(String key, Optional<String> before, Optional<String> after) {

  /// A line for what goes, and one for what comes.
  @Override
  public String toString() {
    var lines = new StringBuilder();
    before.ifPresent(value -> lines.append("- ").append(key).append(": ").append(value));
    if (before.isPresent() && after.isPresent()) {
      lines.append('\n');
    }
    after.ifPresent(value -> lines.append("+ ").append(key).append(": ").append(value));
    return lines.toString();
  }
}
