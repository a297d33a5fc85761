package dev.procman.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ProcessSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BiFunction;

/// Texts as files of another supervisor, for tests: imported, and the result loaded.
///
/// @param file where the text is written
/// @param environment variables of the import and of the load
/// @param kind whose file it is
record Imports(
    Path file, Map<String, String> environment, BiFunction<Importer, Path, Imported> kind) {

  Imported imported(String text) throws IOException {
    Files.writeString(file, text);
    return kind.apply(Importer.ofDefaults().environment(environment), file);
  }

  Project load(Imported imported) {
    return ProcmanConfig.builder()
        .text("imported", imported.yaml(), file.getParent())
        .environment(environment)
        .load()
        .project();
  }

  /// The only process of the text, or the first.
  ProcessSpec spec(String text) throws IOException {
    return load(imported(text)).specs().getFirst();
  }

  static void assertTold(Imported imported, String key, String words) {
    assertThat(imported.findings())
        .as("%s", imported.findings())
        .anySatisfy(finding -> {
          assertThat(finding.key()).isEqualTo(key);
          assertThat(finding.instead()).contains(words);
        });
  }
}
