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
/// @param <V> what is read from it
record Key<V>(String name, Rule<V> rule, String about, boolean required, List<String> misnomers) {
  static <V> Key<V> of(String name, Rule<V> rule, String about) {
    return new Key<>(name, rule, about, false, List.of());
  }

  Key<V> must() {
    return new Key<>(name, rule, about, true, misnomers);
  }

  Key<V> calledElsewhere(String... names) {
    return new Key<>(name, rule, about, required, Arrays.asList(names));
  }
}
