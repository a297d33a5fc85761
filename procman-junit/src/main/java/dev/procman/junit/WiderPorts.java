package dev.procman.junit;

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
    var dependencies = new ArrayList<>(spec.dependencies());
    dependencies.removeIf(dependency -> wider.find(dependency.process()).isPresent());
    return SpecTexts.map(spec, this::fill).dependencies(dependencies).build();
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
