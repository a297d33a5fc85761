package dev.procman.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// That the page for people has every key, in the words of the rules.
class KeyTableTest {
  private static final Path PAGE = Path.of("../docs/config.md");

  private static List<String> rows(ObjectRule<?> rule) {
    return rule.keys().stream()
        .map(key -> "| `" + key.name() + "` | " + key.about() + " |")
        .toList();
  }

  @Test
  void thePageHasARowForEveryKey() throws IOException {
    var lines = Files.readAllLines(PAGE);

    for (var rule :
        List.of(
            ProjectKeys.PROJECT,
            ProcessKeys.PROCESS,
            ProbeKeys.PROBE,
            ShutdownKeys.SHUTDOWN,
            OutputKeys.OUTPUT,
            ResourceKeys.RESOURCES,
            LaunchKeys.LAUNCH,
            LaunchKeys.BOUNDS)) {
      assertThat(lines).containsSubsequence(rows(rule));
    }
    var behind =
        new ArrayList<Rule<?>>(
            List.of(
                RestartKeys.RESTART,
                WatchKeys.WATCH,
                LaunchKeys.LISTEN,
                ProcessKeys.DEPENDENCY,
                OutputKeys.FILE));
    for (var rule : behind) {
      assertThat(lines).containsSubsequence(rows((ObjectRule<?>) ((ShortRule<?>) rule).full()));
    }
  }

  @Test
  void everySecurityRuleIsOnThePage() throws IOException {
    var page = Files.readString(PAGE);
    Set<String> names = new TreeSet<>(Set.of("included_files", "secret_files"));
    SecurityPolicy.strict()
        .allowPrograms(Path.of("/bin"))
        .rules()
        .forEach(rule -> names.add(rule.name()));

    assertThat(names).hasSize(11).allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
  }
}
