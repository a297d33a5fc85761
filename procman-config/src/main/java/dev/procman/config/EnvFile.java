package dev.procman.config;

import java.util.Map;
import java.util.TreeSet;

/// A file of `NAME=value` lines that was read into a process's environment. Exports have its path
/// and not its values.
///
/// @param path where it is
/// @param required whether a missing file is an error; default true
/// @param secret whether its values are masked wherever procman says something; default false
/// @param values what it held when the configuration was loaded
public record EnvFile(String path, boolean required, boolean secret, Map<String, String> values) {
  /// Copies the values.
  public EnvFile {
    values = Ordered.copy(values);
  }

  @Override
  public String toString() {
    return "EnvFile[" + path + ", sets " + new TreeSet<>(values.keySet()) + "]";
  }
}
