package dev.procman.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.procman.LaunchException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplatesTest {
  private static final Map<String, String> VALUES =
      Map.of("name", "web", "port.http", "8080", "odd", "${name} $$ \\ $1", "", "empty name");

  private static final Templates.Variables VARIABLES =
      new Templates.Variables() {
        @Override
        public Optional<String> value(String name) {
          return Optional.ofNullable(VALUES.get(name));
        }

        @Override
        public Collection<String> known() {
          return List.of("name", "port.http");
        }
      };

  private static String fill(String text) {
    return Templates.fill("command", text, VARIABLES);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          ''                       ; ''
          plain                    ; plain
          ${name}                  ; web
          -p ${port.http}.         ; -p 8080.
          ${name}${name}           ; webweb
          $$                       ; $
          $${name}                 ; ${name}
          $$$${name}               ; $${name}
          $$${name}                ; $web
          $                        ; $
          100$                     ; 100$
          $name                    ; $name
          $(pwd)                   ; $(pwd)
          $ {name}                 ; $ {name}
          }${name}{                ; }web{
          %s %d 100%               ; %s %d 100%
          ${odd}                   ; ${name} $$ \\ $1
          ${}                      ; empty name
          """)
  void variablesAreFilledInAndNothingElseIsTouched(String text, String expected) {
    assertThat(fill(text)).isEqualTo(expected);
  }

  @Test
  void anUnknownVariableIsAnErrorThatListsTheKnownOnes() {
    assertThatThrownBy(() -> fill("a ${prot.http} b"))
        .isInstanceOfSatisfying(
            LaunchException.class,
            e -> assertThat(e.reason()).isEqualTo(LaunchException.Reason.PREPARATION_FAILED))
        .hasMessageContainingAll("command", "character 3", "name, port.http", "$$")
        .hasMessageNotContaining("prot");
  }

  @Test
  void whatSurelyIsTheNameOfAVariableIsQuoted() {
    assertThatThrownBy(() -> fill("${port.htp}")).hasMessageContaining("'${port.htp}'");
    assertThatThrownBy(() -> fill("${port.a b}"))
        .hasMessageContaining("'${…}'")
        .hasMessageNotContaining("a b");
  }

  @Test
  void thePlaceInATextOfSeveralLinesHasItsLine() {
    assertThatThrownBy(() -> fill("a\n\nbc ${x}")).hasMessageContaining("line 3, character 4");
  }

  @Test
  void aBraceThatIsNotClosedIsAnError() {
    assertThatThrownBy(() -> fill("a ${name"))
        .isInstanceOf(LaunchException.class)
        .hasMessageContaining("'${' has no closing brace, at character 3");
  }

  @Test
  void whatIsKnownIsFilledInAndTheRestIsLeft() {
    assertThat(Templates.fillKnown("$${a} ${a}/${b} ${a", name -> name.equals("a") ? "x" : null))
        .isEqualTo("${a} x/${b} ${a");
  }

  @Test
  void whatIsEscapedComesOutAsItWas() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    String alphabet = "$${}\\%na me\n€";
    for (int run = 0; run < 5000; run++) {
      var text = new StringBuilder();
      for (int i = random.nextInt(12); i > 0; i--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertThat(fill(text.toString().replace("$", "$$")))
          .as("seed %d", seed)
          .isEqualTo(text.toString());
    }
  }
}
