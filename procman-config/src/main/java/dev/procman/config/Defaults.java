package dev.procman.config;

import java.util.Optional;

/// What need not be written, since it is so anyway.
final class Defaults {
  private Defaults() {}

  /// A value, unless it is the usual one.
  static <V> Optional<V> unless(V value, V usual) {
    return value.equals(usual) ? Optional.empty() : Optional.of(value);
  }
}
