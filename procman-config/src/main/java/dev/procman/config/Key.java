package dev.procman.config;

import java.util.Arrays;
import java.util.List;

/// A key that a user may write.
///
/// @param name its name
/// @param rule what may stand below it
/// @param about what it says, with unit and default, for people
/// @param required whether it must be there
/// @param misnomers what it is called elsewhere, to be suggested for
/// @param quoted whether messages may quote what is written below it
/// @param <V> what is read from it
record Key<V>(
    String name,
    Rule<V> rule,
    String about,
    boolean required,
    List<String> misnomers,
    boolean quoted) {
  static <V> Key<V> of(String name, Rule<V> rule, String about) {
    return new Key<>(name, rule, about, false, List.of(), true);
  }

  Key<V> must() {
    return new Key<>(name, rule, about, true, misnomers, quoted);
  }

  Key<V> calledElsewhere(String... names) {
    return new Key<>(name, rule, about, required, Arrays.asList(names), quoted);
  }

  /// Values below it are never quoted in messages, since people keep passwords there.
  Key<V> notQuoted() {
    return new Key<>(name, rule, about, required, misnomers, false);
  }

  /// The same, and it need not be there.
  Key<V> optional() {
    return new Key<>(name, rule, about, false, misnomers, quoted);
  }
}
