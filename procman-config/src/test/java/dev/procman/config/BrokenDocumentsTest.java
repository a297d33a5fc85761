package dev.procman.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is said of a document that is wrong. Each lies beside the text that is expected of it.
class BrokenDocumentsTest {
  private static final Path DOCUMENTS = Path.of("src/test/resources/broken");
  private static final Map<String, String> ENVIRONMENT =
      Map.of("HOME", "/home/shop", "DB_PASSWORD", "hunter22");

  static List<String> documents() throws IOException {
    try (var files = Files.list(DOCUMENTS)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".yaml"))
          .sorted()
          .toList();
    }
  }

  private static ConfigException load(String name) throws IOException {
    var yaml = Files.readString(DOCUMENTS.resolve(name));
    return catchThrowableOfType(
        ConfigException.class,
        () ->
            ProcmanConfig.builder()
                .text(name, yaml, Path.of("/srv/shop"))
                .environment(ENVIRONMENT)
                .load());
  }

  @ParameterizedTest
  @MethodSource("documents")
  void saysWhereAndWhatAndWhatWasExpected(String name) throws IOException {
    var expected = DOCUMENTS.resolve(name.replace(".yaml", ".txt"));
    var wrong = load(name);

    assertThat(wrong).as("it is loaded").isNotNull();
    assertThat(wrong.getMessage() + "\n").isEqualTo(Files.readString(expected));
    assertThat(wrong.problems())
        .allSatisfy(problem -> {
          assertThat(problem.file()).isNotEmpty();
          assertThat(problem.message()).isNotEmpty();
          assertThat(problem.toString()).doesNotContain("hunter22");
        });
  }

  @Test
  void thereAreManyOfThem() throws IOException {
    assertThat(documents()).hasSizeGreaterThan(60);
  }
}
