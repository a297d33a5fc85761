package dev.procman.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ProcessManager;
import dev.procman.config.ProcmanConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The configurations that pages show.
class FromFileTest {
  @TempDir Path directory;

  static List<Markdown.Block> yamlBlocks() throws Exception {
    var blocks = new ArrayList<Markdown.Block>();
    for (var page : Markdown.pages()) {
      Markdown.blocks(page).stream()
          .filter(block -> block.kind().equals("yaml"))
          .forEach(blocks::add);
    }
    return blocks;
  }

  @ParameterizedTest
  @MethodSource("yamlBlocks")
  void everyYamlOfThePagesIsLoaded(Markdown.Block block) throws Exception {
    var secret = Files.writeString(directory.resolve("db"), "word");
    var yaml = block.text().replace("/run/secrets/db", secret.toString());

    var project =
        ProcmanConfig.builder()
            .text(block.toString(), yaml, directory)
            .environment(Map.of("SHOP_API_TOKEN", "word"))
            .load()
            .project();

    assertThat(project.specs()).isNotEmpty();
  }

  @Test
  void theOneOfTheReadmeRuns() throws Exception {
    var yaml =
        Markdown.blocks(Markdown.README).stream()
            .filter(block -> block.kind().equals("yaml"))
            .findFirst()
            .orElseThrow()
            .text();
    Files.createDirectory(directory.resolve("site"));
    Files.writeString(directory.resolve("site/index.html"), "from a file");
    var file = Files.writeString(directory.resolve("procman.yaml"), yaml);

    try (var manager = ProcessManager.create()) {
      var web = FromFile.start(manager, file);
      assertThat(Http.get(web.port("http"))).isEqualTo("from a file");
    }
  }
}
