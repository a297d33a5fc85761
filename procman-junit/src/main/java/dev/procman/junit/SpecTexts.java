package dev.procman.junit;

import dev.procman.Command;
import dev.procman.ProcessSpec;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// The texts of a specification that may hold templates.
final class SpecTexts {
  private SpecTexts() {}

  /// A specification with other texts.
  static ProcessSpec.Builder map(ProcessSpec spec, UnaryOperator<String> change) {
    var builder = spec.toBuilder();
    switch (spec.command()) {
      case Command.Exec exec -> builder.command(exec.argv().stream().map(change).toList());
      case Command.Shell shell ->
          builder.command(new Command.Shell(shell.interpreter(), change.apply(shell.script())));
    }
    spec.directory().map(change).ifPresent(builder::directory);
    spec.environment()
        .values()
        .forEach((name, text) -> {
          if (spec.environment().secrets().contains(name)) {
            builder.secretEnv(name, change.apply(text));
          } else {
            builder.env(name, change.apply(text));
          }
        });
    return builder.files(
        spec.files().entrySet().stream()
            .collect(
                Collectors.toMap(
                    file -> change.apply(file.getKey()), file -> change.apply(file.getValue()))));
  }
}
