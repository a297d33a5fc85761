package dev.procman.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Files of `NAME=value` lines.
class DotEnvTest {
  private final Problems problems = new Problems();

  private Map<String, DotEnv.Value> values(String text) {
    var source = new Source(".env", Path.of("/"), text, Source.Lines.TOLD);
    return DotEnv.read(source, Map.of("HOME", "/root", "EMPTY", ""), problems);
  }

  private Map<String, String> read(String text) {
    var texts = new LinkedHashMap<String, String>();
    values(text).forEach((name, value) -> texts.put(name, value.text()));
    return texts;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "A=plain text               | plain text",
        "A= spaces  # a comment     | spaces",
        "A=a#b                      | a#b",
        "export A=1                 | 1",
        "A='$HOME ${HOME} \\n'      | $HOME ${HOME} \\n",
        "A=\"a\\tb \\\"c\\\" \\$x\" # d | a\tb \"c\" $x",
        "A=$2y$10$abcd              | $2y$10$abcd",
        "A=$HOME                    | $HOME",
        "A=${HOME}/bin              | /root/bin",
        "A=\"${HOME}/my bin\"       | /root/my bin",
        "A=\"\\${HOME}\"            | ${HOME}",
        "A=${NONE:-x}${EMPTY:-y}${EMPTY-z} | xy",
        "A=${port.http}             | ${port.http}",
      })
  void aValueIsWhatItSays(String line, String value) {
    assertThat(read(line)).containsExactly(Map.entry("A", value));
    assertThat(problems.sorted()).isEmpty();
  }

  @Test
  void aReferenceMeansTheLineAboveBeforeTheEnvironment() {
    assertThat(read("HOME=/srv\nDATA=${HOME}/data\nDEEP=\"${DATA}/x\"\n"))
        .containsEntry("DATA", "/srv/data")
        .containsEntry("DEEP", "/srv/data/x");
    assertThat(problems.sorted()).isEmpty();
  }

  @Test
  void whatIsFilledInIsNotFilledInAgain() {
    assertThat(read("A='${HOME}'\nB=${A}\n")).containsEntry("B", "${HOME}");
  }

  @Test
  void aValueInQuotesMayHaveSeveralLines() {
    var values = values("KEY=\"-----BEGIN\nab #c\n-----END\" # key\nNEXT='a\nb'\r\nLAST=1\n");
    assertThat(values.get("KEY").text()).isEqualTo("-----BEGIN\nab #c\n-----END");
    assertThat(values.get("NEXT").text()).isEqualTo("a\nb");
    assertThat(values.get("LAST").text()).isEqualTo("1");
    assertThat(values.get("NEXT").place().line()).isEqualTo(4);
    assertThat(values.get("LAST").place().line()).isEqualTo(6);
    assertThat(problems.sorted()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "A=1\\nwhat is this\\nB=2  | 2 | no line NAME=value",
        "A=1\\nC='open\\nB=2       | 2 | a quote that is not closed",
        "A=1\\nC=\"x\" y\\nB=2     | 2 | goes on after its closing quote",
        "A=1\\nC=${NONE}x\\nB=2    | 2 | refers to the variable 'NONE', which is not set",
      })
  void whatIsWrongIsToldWithItsLineAndTheRestIsRead(String text, int line, String words) {
    assertThat(read(text.replace("\\n", "\n")))
        .containsOnly(Map.entry("A", "1"), Map.entry("B", "2"));
    assertThat(problems.sorted())
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.origin().line()).isEqualTo(line);
          assertThat(problem.message()).contains(words);
        });
  }
}
