package dev.procman.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.procman.StandardInput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a process reads, as it is written in a file.
class StdinTest {

  private static ProcessConfig load(String stdin) {
    return Loads.web("stdin: " + stdin);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "none                          | None[]",
        "pipe                          | Pipe[]",
        "{from: none}                  | None[]",
        "{file: \"/srv/${name}.sql\"}    | File[path=/srv/${name}.sql]",
      })
  void wordsAndFilesAreRead(String yaml, String input) {
    assertThat(load(yaml).stdin()).hasToString(input);
    assertThat(load(yaml).toSpec("p").stdin()).hasToString(input);
  }

  @Test
  void aTextIsATemplateAndIsShownNowhere() {
    var config = load("{text: \"geheim ${name}\\n\"}");
    assertThat(config.stdin()).isEqualTo(StandardInput.text("geheim ${name}\n"));
    assertThat(config.toString()).doesNotContain("geheim");
  }

  @Test
  void whatContradictsItselfIsToldWithoutTheText() {
    assertThatThrownBy(() -> load("{text: geheim, from: none}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("stdin")
        .hasMessageNotContaining("geheim");
    assertThatThrownBy(() -> load("nothing")).hasMessageContaining("pipe, none");
  }
}
