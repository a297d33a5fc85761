package dev.procman.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What `${NAME}` stands for: first what the host has set, then this JVM's environment, then the
/// `.env` file, then what the files define. Not thread-safe.
final class Variables {

  /// A variable's value.
  ///
  /// @param template its text, in which `$$` is a `$`
  /// @param secret whether it must not be shown
  record Value(String template, boolean secret) {}

  private final Map<String, String> given;
  private final Map<String, Value> defined = new HashMap<>();
  private final Set<String> broken = new HashSet<>();
  private final Set<String> secrets = new HashSet<>();

  /// Knows these.
  ///
  /// @param given those that no file can change
  Variables(Map<String, String> given) {
    this.given = given;
  }

  /// Defines one, unless it is given.
  void define(String name, Value value) {
    defined.put(name, value);
  }

  /// Defines one whose value could not be made out, which was told.
  void defineBroken(String name) {
    broken.add(name);
  }

  /// Whether it has no value for a reason that was told.
  boolean isBroken(String name) {
    return broken.contains(name) && !given.containsKey(name);
  }

  /// Keeps the value of one from being shown.
  void keepSecret(String name) {
    secrets.add(name);
  }

  /// Whether its value must not be shown, nor what stands for it when it is not set.
  boolean isSecret(String name) {
    return secrets.contains(name) || Sensitive.isName(name);
  }

  Optional<Value> find(String name) {
    boolean hidden = isSecret(name);
    var literal = given.get(name);
    if (literal != null) {
      return Optional.of(new Value(Template.escape(literal), hidden));
    }
    return Optional.ofNullable(defined.get(name))
        .map(value -> new Value(value.template(), hidden || value.secret()));
  }

  /// Their names, for suggestions.
  Set<String> names() {
    var names = new TreeSet<>(given.keySet());
    names.addAll(defined.keySet());
    return names;
  }
}
