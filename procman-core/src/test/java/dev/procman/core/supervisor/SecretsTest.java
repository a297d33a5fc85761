package dev.procman.core.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.OutputLine;
import dev.procman.StdStream;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SecretsTest {
  @Test
  void everyOccurrenceIsMasked() {
    assertThat(new Secrets(Set.of("geheim")).mask("geheim, ungeheim, GEHEIM, gehei m"))
        .isEqualTo("***, un***, GEHEIM, gehei m");
  }

  @Test
  void aSecretThatContainsAnotherIsMaskedWhole() {
    assertThat(new Secrets(Set.of("pass", "password1")).mask("password1 pass"))
        .isEqualTo("*** ***");
  }

  @Test
  void aSecretIsNoPattern() {
    assertThat(new Secrets(Set.of("a.c$1\\")).mask("abc$1\\ a.c$1\\")).isEqualTo("abc$1\\ ***");
  }

  @Test
  void aSecretOfSeveralLinesIsMaskedAlsoLineByLine() {
    var secrets = new Secrets(Set.of("-----BEGIN\nMIIEow\r\nIBAAKC\n}\n"));
    assertThat(secrets.mask("key: MIIEow and IBAAKC }")).isEqualTo("key: *** and *** }");
    assertThat(secrets.mask("<-----BEGIN\nMIIEow\r\nIBAAKC\n}\n>")).isEqualTo("<***>");
  }

  @Test
  void emptyAndVeryShortSecretsMaskNothing() {
    assertThat(new Secrets(Set.of("", "a", "ab")).mask("a cab")).isEqualTo("a cab");
    assertThat(new Secrets(Set.of()).mask("text")).isEqualTo("text");
  }

  @Test
  void linesKeepEverythingButTheSecret() {
    var line = new OutputLine(7, 2, StdStream.STDERR, Instant.EPOCH, "token=geheim", true);
    assertThat(new Secrets(Set.of("geheim")).mask(List.of(line)))
        .containsExactly(new OutputLine(7, 2, StdStream.STDERR, Instant.EPOCH, "token=***", true));
    assertThat(new Secrets(Set.of()).mask(List.of(line))).containsExactly(line);
  }
}
