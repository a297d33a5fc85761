package dev.procman.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Files that are not what they should be: they are read, or refused with the one typed error, and
/// so is what becomes of them.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MutatedFilesTest {
  private static final Path CORPUS =
      Path.of("src/test/resources/dev/procman/config/foreign").toAbsolutePath();
  private static final String PIECES = "{}[]:,%$'\"\\#&*!|>-=();\n\t \0é\uFFFF{{.X}}${A}%(x)s<<: 0";

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "foreman/Procfile, 1",
    "compose/process-compose.yaml, 2",
    "supervisord/supervisord.conf, 3",
  })
  void nothingButTheTypedErrorComesOfAMutatedFile(String name, long seed) throws IOException {
    var original = Files.readString(CORPUS.resolve(name)).replace("extends: parts/base.yaml", "");
    var file = directory.resolve(Path.of(name).getFileName());
    var importer = Importer.ofDefaults().environment(Map.of("STAGE", "x"));
    Function<Path, Imported> read =
        switch (name.substring(0, 3)) {
          case "for" -> importer::procfile;
          case "com" -> importer::processCompose;
          default -> importer::supervisord;
        };
    var random = new Random(seed);
    int imported = 0;
    for (int i = 0; i < 400; i++) {
      var text = mutated(original, random);
      Files.writeString(file, text);
      try {
        load(read.apply(file));
        imported++;
      } catch (ConfigException expected) {
        assertThat(expected.problems()).isNotEmpty();
      } catch (RuntimeException | Error other) {
        fail("round " + i + ":\n" + text, other);
      }
    }
    assertThat(imported).isPositive();
  }

  private void load(Imported imported) {
    try {
      var _ = ProcmanConfig.builder().text("it", imported.yaml(), directory).load();
    } catch (ConfigException refused) {
      assertThat(refused.problems()).isNotEmpty();
    }
  }

  private static String mutated(String original, Random random) {
    var text = new StringBuilder(original);
    for (int change = random.nextInt(1, 6); change > 0; change--) {
      int at = random.nextInt(text.length());
      int end = Math.min(text.length(), at + random.nextInt(1, 30));
      switch (random.nextInt(4)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(at, PIECES.charAt(random.nextInt(PIECES.length())));
        case 2 -> text.insert(random.nextInt(text.length()), text.substring(at, end));
        default -> text.setCharAt(at, PIECES.charAt(random.nextInt(PIECES.length())));
      }
      if (text.isEmpty()) {
        text.append('x');
      }
    }
    return text.toString();
  }
}
