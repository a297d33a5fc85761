package dev.procman.junit;

import dev.procman.Command;
import dev.procman.ProcessSpec;
import java.util.ArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Fits a specification into a manager that does not know the processes of wider scopes: their
/// ports are filled in here, and dependencies on them are met, since they are ready.
///
/// @param wider the processes of wider scopes
record WiderPorts(Visible wider) {
  private static final Pattern PORT =
      Pattern.compile("(?<!\\$)((?:\\$\\$)*)\\$\\{port\\.([A-Za-z0-9._#-]+):([A-Za-z0-9._-]+)}");

  ProcessSpec fill(ProcessSpec spec) {
    var builder = spec.toBuilder();
    switch (spec.command()) {
      case Command.Exec exec -> builder.command(exec.argv().stream().map(this::fill).toList());
      case Command.Shell shell -> builder.shell(shell.interpreter(), fill(shell.script()));
    }
    spec.directory().map(this::fill).ifPresent(builder::directory);
    spec.environment()
        .values()
        .forEach((name, text) -> {
          if (spec.environment().secrets().contains(name)) {
            builder.secretEnv(name, fill(text));
          } else {
            builder.env(name, fill(text));
          }
        });
    for (var file : spec.files().entrySet()) {
      builder.file(file.getKey(), fill(file.getValue()));
    }
    var dependencies = new ArrayList<>(spec.dependencies());
    dependencies.removeIf(dependency -> wider.find(dependency.process()).isPresent());
    return builder.dependencies(dependencies).build();
  }

  private String fill(String text) {
    return PORT.matcher(text)
        .replaceAll(found ->
            wider
                .find(found.group(2))
                .filter(process -> process.spec().ports().containsKey(found.group(3)))
                .map(process -> found.group(1) + process.port(found.group(3)))
                .map(Matcher::quoteReplacement)
                .orElseGet(() -> Matcher.quoteReplacement(found.group())));
  }
}
