package dev.procman.config;

import dev.procman.Environment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The environment of a process. Later parts win over earlier ones: what is inherited, `files` in
/// their order, `values`, `secrets`. Immutable; its values are not part of [#toString()].
///
/// @param inherit what of this JVM's environment is passed on; default all
/// @param allowed the names passed on under [Environment.Inherit#ALLOW_LIST]
/// @param unset names removed after inheriting
/// @param files files that set variables
/// @param values variables; run-time templates are filled in, `$$` is a `$`
/// @param secrets variables whose values are kept elsewhere
public record EnvironmentConfig(
    Environment.Inherit inherit,
    Set<String> allowed,
    Set<String> unset,
    List<EnvFile> files,
    Map<String, String> values,
    Map<String, Secret> secrets) {

  /// Copies the parts.
  public EnvironmentConfig {
    allowed = Ordered.copy(allowed);
    unset = Ordered.copy(unset);
    files = List.copyOf(files);
    values = Ordered.copy(values);
    secrets = Ordered.copy(secrets);
  }

  /// Everything inherited, nothing changed.
  public static EnvironmentConfig ofDefaults() {
    return new EnvironmentConfig(
        Environment.Inherit.ALL, Set.of(), Set.of(), List.of(), Map.of(), Map.of());
  }

  /// With another variable.
  ///
  /// @param value may hold run-time templates
  public EnvironmentConfig value(String name, String value) {
    var more = new java.util.LinkedHashMap<>(values);
    more.put(name, value);
    return new EnvironmentConfig(inherit, allowed, unset, files, more, secrets);
  }

  /// What a specification holds of it.
  ///
  /// @throws dev.procman.InvalidSpecException when a name or value cannot be passed
  public Environment toEnvironment() {
    var all = new HashMap<String, String>();
    var masked = new HashSet<String>();
    for (EnvFile file : files) {
      file.values()
          .forEach((name, value) -> {
            all.put(name, Template.escape(value));
            masked.remove(name);
            if (file.secret()) {
              masked.add(name);
            }
          });
    }
    all.putAll(values);
    masked.removeAll(values.keySet());
    secrets.forEach((name, secret) -> {
      all.put(name, Template.escape(secret.value()));
      masked.add(name);
    });
    return new Environment(inherit, allowed, all, unset, masked);
  }

  @Override
  public String toString() {
    return "EnvironmentConfig[inherit=%s, unset=%s, files=%s, set=%s, secrets=%s]"
        .formatted(
            inherit, unset, files, new TreeSet<>(values.keySet()), new TreeSet<>(secrets.keySet()));
  }
}
