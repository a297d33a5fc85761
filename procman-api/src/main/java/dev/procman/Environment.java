package dev.procman;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The environment a child gets. Values never appear in [#toString()]; immutable.
///
/// @param inherit what of this JVM's environment is passed on
/// @param allowed the names passed on under [Inherit#ALLOW_LIST]
/// @param values values set on top; templates are filled in
/// @param unset names removed after inheriting
/// @param secrets names among `values` whose values are masked in failure texts, reports, events
///   and the log
public record Environment(
    Inherit inherit,
    Set<String> allowed,
    Map<String, String> values,
    Set<String> unset,
    Set<String> secrets) {

  /// What of this JVM's environment a child gets.
  public enum Inherit {
    /// All of it.
    ALL,
    /// The names given only.
    ALLOW_LIST,
    /// Nothing.
    NONE
  }

  /// Copies and checks the parts.
  ///
  /// @throws InvalidSpecException when a name is empty or contains `=` or NUL, or a value is null
  ///   or contains NUL; the message names the variable, never its value
  public Environment {
    values.forEach(Environment::requireValue);
    allowed = Set.copyOf(allowed);
    values = Map.copyOf(values);
    unset = Set.copyOf(unset);
    secrets = Set.copyOf(secrets);
    values.forEach((name, value) -> {
      if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
        throw new InvalidSpecException(
            "environment",
            name.replace('\0', '?'),
            "a name is not empty and holds neither = nor NUL");
      }
      if (value.indexOf('\0') >= 0) {
        throw new InvalidSpecException(
            "environment." + name, "(value not shown)", "remove the NUL character from the value");
      }
    });
  }

  private static void requireValue(@Nullable String name, @Nullable String value) {
    if (name == null) {
      throw new InvalidSpecException("environment", "null", "name the variable");
    }
    if (value == null) {
      throw new InvalidSpecException(
          "environment." + name,
          "null",
          "give it a value, leave it out, or remove an inherited one with unsetEnv(...)");
    }
  }

  /// Everything inherited, nothing changed.
  public static Environment ofDefaults() {
    return new Environment(Inherit.ALL, Set.of(), Map.of(), Set.of(), Set.of());
  }

  /// The variables a child gets when this JVM's environment is `parent`, before templates are
  /// filled in.
  public Map<String, String> resolve(Map<String, String> parent) {
    var result = new TreeMap<String, String>();
    switch (inherit) {
      case ALL -> result.putAll(parent);
      case ALLOW_LIST ->
          parent.forEach((name, value) -> {
            if (allowed.contains(name)) {
              result.put(name, value);
            }
          });
      case NONE -> {}
    }
    unset.forEach(result::remove);
    result.putAll(values);
    return result;
  }

  @Override
  public String toString() {
    return "Environment[inherit="
        + inherit
        + ", set="
        + new java.util.TreeSet<>(values.keySet())
        + ", unset="
        + unset
        + "]";
  }
}
