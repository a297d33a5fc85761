package dev.procman.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A file that uses every key.
class LoadTest {
  @TempDir Path directory;

  @Test
  void everyKeyIsReadAndWhatIsExportedIsReadAsTheSame() throws Exception {
    Files.writeString(directory.resolve("db.env"), "A=1\nexport B='x y'\n");
    Files.writeString(directory.resolve("password"), "hunter22\n");
    var file = directory.resolve("procman.yaml");
    Files.copy(Path.of("src/test/resources/every-key.yaml"), file);
    var loaded = ProcmanConfig.builder().file(file).environment(Map.of("HOST", "h$x")).load();
    var again =
        ProcmanConfig.builder()
            .text("export", ProcmanConfig.export(loaded.project()), Path.of("/"))
            .load();
    assertThat(again.project()).isEqualTo(loaded.project());
    assertThat(again.project().specs()).isEqualTo(loaded.project().specs());
  }
}
