package dev.procman.config;

import dev.procman.config.ForeignMapping.Text;
import dev.procman.config.Node.Mapping;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads the variables of a process of process-compose.
///
/// @param keys the keys of the process
/// @param text fills in variables and templates
/// @param shared what all processes share
/// @param process what is made of it
record ComposeEnvironment(
    ForeignMapping keys,
    ComposeText text,
    ComposeProcess.Shared shared,
    ImportTree process,
    ImportFindings findings) {

  /// Reads them.
  ///
  /// @param directory the working directory
  void read(Optional<String> directory) {
    boolean noDotEnv =
        keys.text("is_dotenv_disabled")
            .map(new ComposeValues(text, findings)::isTrue)
            .orElse(false);
    if (!noDotEnv) {
      shared.dotEnv().ifPresent(path -> ImportTarget.envFile(process, path, true));
    }
    keys.text("env_file")
        .ifPresent(file -> {
          if (file.text().isEmpty()) {
            return;
          }
          var path = text.unrendered(file);
          boolean relative = !path.startsWith("/");
          var whole = relative ? directory.map(base -> base + "/" + path).orElse(path) : path;
          boolean missing = isMissing(file, whole);
          ImportTarget.envFile(process, whole, !missing);
          if (missing) {
            findings.add(file.place(), file.path(), "there is no such file; it is not required");
          }
          if (!shared.environment().isEmpty()) {
            findings.add(
                file.place(), file.path(), "variables of the project's environment win over it");
          }
        });
    variables(shared.environment());
    variables(assignments());
  }

  /// process-compose starts without a file of variables that it does not find.
  private static boolean isMissing(Text file, String path) {
    try {
      return !path.contains("$")
          && !Files.exists(file.place().source().directory().resolve(path).normalize());
    } catch (InvalidPathException none) {
      return false;
    }
  }

  /// `NAME=value`, or names and values, which process-compose does not take but people write.
  private List<Text> assignments() {
    if (keys.peek("environment").map(Node.Entry::value).orElse(null) instanceof Mapping) {
      var pairs = new ArrayList<Text>();
      keys.fields("environment")
          .ifPresent(mapping -> {
            findings.add(
                mapping.place(),
                mapping.path(),
                "taken as a list of NAME=value, which process-compose wants here");
            for (String variable : mapping.keys()) {
              mapping
                  .text(variable)
                  .ifPresent(value ->
                      pairs.add(
                          new Text(value.place(), value.path(), variable + "=" + value.text())));
            }
          });
      return pairs;
    }
    return keys.texts("environment");
  }

  private void variables(List<Text> pairs) {
    for (Text pair : pairs) {
      int equals = pair.text().indexOf('=');
      if (equals < 1) {
        findings.add(pair.place(), pair.path(), "left out: it is no NAME=value");
        continue;
      }
      var value = new Text(pair.place(), pair.path(), pair.text().substring(equals + 1));
      ImportTarget.environment(process, pair.text().substring(0, equals), text.of(value));
    }
  }
}
