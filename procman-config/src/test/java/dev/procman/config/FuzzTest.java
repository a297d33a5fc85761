package dev.procman.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import org.junit.jupiter.api.Tag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Documents that were changed at random are loaded, or refused by the one exception there is for
/// that, and nothing else happens.
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FuzzTest {
  private static final long SEED = 20261124;
  private static final int DOCUMENTS = 100_000;
  private static final String BITS =
      "{}[]:,-?&*!|>'\"%@`#~ \n\t\0\\$\u0085\u2028\uFEFF0123456789abcxyz";
  private static final List<String> WORDS =
      List.of(
          "processes",
          "web",
          "command",
          "extends",
          "include",
          "defaults",
          "templates",
          "${",
          "}",
          "${A:-${B}}",
          "${port.http}",
          "*a",
          "&a ",
          "<<: *a",
          "!!int ",
          "null",
          "true",
          "1e999",
          "-0",
          "0x",
          "9".repeat(40),
          "10s",
          "512MiB",
          "- ",
          "\n  ",
          "\n    ",
          ": ",
          "---\n",
          "...\n",
          "'",
          "\"",
          "? ",
          "|\n",
          ">-\n",
          "(((((((((a+)+)+)+",
          "\\u0000",
          "%YAML 9.9\n");

  private final Random random = new Random(SEED);

  private List<String> corpus() throws IOException {
    var corpus = new ArrayList<String>();
    for (String name : BrokenDocumentsTest.documents()) {
      corpus.add(Files.readString(Path.of("src/test/resources/broken").resolve(name)));
    }
    var every = Files.readString(Path.of("src/test/resources/every-key.yaml"));
    corpus.add(every);
    var projects = new RandomProjects(SEED);
    while (corpus.size() < 2 * BrokenDocumentsTest.documents().size()) {
      var exported = ProcmanConfig.export(projects.next());
      if (exported.length() < 1500) {
        corpus.add(exported);
      }
      corpus.add("processes: {web: {command: [web, '${HOME:-x}'], ports: [http]}}\n");
      corpus.add(Loads.yaml("restart: {limit: 3}", "environment: [A=1, 'B=${env.C}']"));
    }
    corpus.add("a: &a [1]\nb: *a\nx-c: {<<: *a}\nprocesses: {web: {command: [web]}}\n");
    return corpus;
  }

  private String changed(List<String> corpus) {
    var text = new StringBuilder(corpus.get(random.nextInt(corpus.size())));
    for (int i = random.nextInt(6); i >= 0; i--) {
      int at = random.nextInt(text.length() + 1);
      switch (random.nextInt(6)) {
        case 0 -> text.insert(at, BITS.charAt(random.nextInt(BITS.length())));
        case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(8)));
        case 2 -> text.insert(at, WORDS.get(random.nextInt(WORDS.size())));
        case 3 -> {
          var other = corpus.get(random.nextInt(corpus.size()));
          int from = random.nextInt(other.length() + 1);
          text.insert(at, other, from, Math.min(other.length(), from + random.nextInt(60)));
        }
        case 4 -> {
          int end = Math.min(text.length(), at + random.nextInt(40));
          text.insert(at, text.substring(at, end));
        }
        default -> {
          if (at < text.length()) {
            text.setCharAt(at, (char) random.nextInt(random.nextBoolean() ? 128 : 0x10000));
          }
        }
      }
    }
    return text.toString();
  }

  @Tag("long")
  @Test
  void noDocumentMakesTheLoaderFailInAnotherWay() throws IOException {
    var corpus = corpus();
    int loaded = 0;
    int refused = 0;
    for (int i = 0; i < DOCUMENTS; i++) {
      var document = changed(corpus);
      try {
        ProcmanConfig.builder()
            .text("fuzz", document, Path.of("/nowhere"))
            .environment(RandomProjects.ENVIRONMENT)
            .load();
        loaded++;
      } catch (ConfigException wrong) {
        assertThat(wrong.problems()).isNotEmpty().hasSizeLessThanOrEqualTo(500);
        assertThat(wrong.getMessage()).hasSizeLessThan(1_000_000);
        refused++;
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError other) {
        fail("document %d of seed %d:%n%s".formatted(i, SEED, document), other);
      }
    }
    assertThat(loaded).isGreaterThan(1000);
    assertThat(refused).isGreaterThan(10_000);
  }

  @Test
  void bytesAtRandomAreRefused() {
    for (int i = 0; i < 2000; i++) {
      var text = new StringBuilder();
      for (int n = random.nextInt(200); n >= 0; n--) {
        text.append((char) random.nextInt(0x10000));
      }
      var wrong =
          org.assertj.core.api.Assertions.catchThrowable(
              () -> Loads.builder(text.toString()).load());
      assertThat(wrong).as(text.toString()).isInstanceOf(ConfigException.class);
    }
  }
}
