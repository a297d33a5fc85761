package dev.procman.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.procman.InvalidSpecException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {
  private static boolean takes(FileSelection selection, String path) {
    var filter = new Filter(selection, _ -> false);
    var file = Path.of(path);
    int level = 0;
    for (Path at = file.subpath(0, 1); at.getNameCount() < file.getNameCount(); ) {
      level++;
      if (!filter.entersDirectory(at, at.toString(), at.getFileName().toString(), level)) {
        return false;
      }
      at = file.subpath(0, level + 1);
    }
    return filter.takesFile(file, path, file.getFileName().toString());
  }

  private static FileSelection including(String glob) {
    return FileSelection.ofDefaults().include(new PathPattern.Glob(glob));
  }

  private static FileSelection excluding(String glob) {
    return FileSelection.ofDefaults().exclude(new PathPattern.Glob(glob));
  }

  @ParameterizedTest
  @CsvSource({
    "**/*.jar, a.jar, true",
    "**/*.jar, lib/x/a.jar, true",
    "*.jar, lib/a.jar, true",
    "/*.jar, a.jar, true",
    "/*.jar, lib/a.jar, false",
    "lib/*.jar, lib/a.jar, true",
    "lib/*.jar, x/lib/a.jar, false",
    "lib/**, lib/x/a.jar, true",
    "*.jar, a.jar.txt, false",
    "{a;b}.txt, a.txt, false",
  })
  void onlyWhatIsIncludedCounts(String glob, String path, boolean taken) {
    assertThat(takes(including(glob), path)).isEqualTo(taken);
  }

  @Test
  void bracesAreAlternatives() {
    assertThat(takes(including("*.{java,kt}"), "a/B.kt")).isTrue();
    assertThat(takes(including("*.{java,kt}"), "a/B.txt")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "**/target/tmp/**, target/tmp/a, false",
    "**/target/tmp/**, m/target/tmp/x/a, false",
    "**/target/tmp/**, target/a, true",
    "target, m/target/a, false",
    "target/, m/target/a, false",
    "/target/**, m/target/a, true",
    "target/**, target/a, false",
    "target/**, m/target/a, true",
    "*.tmpl, a.tmpl, false",
  })
  void whatIsExcludedDoesNot(String glob, String path, boolean taken) {
    assertThat(takes(excluding(glob), path)).isEqualTo(taken);
  }

  @Test
  void regularExpressionsSeeTheWholePath() {
    var selection =
        FileSelection.ofDefaults()
            .include(new PathPattern.Regex("src/.*\\.java"))
            .exclude(new PathPattern.Regex(".*Test\\.java"));
    assertThat(takes(selection, "src/a/A.java")).isTrue();
    assertThat(takes(selection, "src/a/ATest.java")).isFalse();
    assertThat(takes(selection, "x/src/A.java")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".git/index",
        "a/.git/HEAD",
        "node_modules/x/y.js",
        ".A.java.swp",
        "A.java~",
        "#A.java#",
        ".#A.java",
        "4913",
        "a/.DS_Store",
        "app.log",
        "app.log.3",
        "A.java___jb_tmp___",
        "x.pyc",
        "~$letter.docx",
        ".goutputstream-ABC"
      })
  void noiseDoesNotCountUnlessAskedFor(String path) {
    assertThat(takes(FileSelection.ofDefaults(), path)).isFalse();
    assertThat(takes(FileSelection.ofDefaults().withNoise(), path)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A.class",
        "log/Log.class",
        "a/.env",
        "Makefile",
        "target/classes/A.class",
        "build/x.jar",
        "49131",
        "login.css",
        ".htaccess"
      })
  void whatIsNoNoiseCounts(String path) {
    assertThat(takes(FileSelection.ofDefaults(), path)).isTrue();
  }

  @Test
  void depthLimitsTheLevels() {
    var two = FileSelection.ofDefaults().withDepth(1);
    assertThat(takes(two, "a.txt")).isTrue();
    assertThat(takes(two, "x/a.txt")).isTrue();
    assertThat(takes(two, "x/y/a.txt")).isFalse();
  }

  @Test
  void oneFileIsWatchedByItsNameAlsoIfThatLooksLikeAPattern() {
    var files = WatchedFiles.of(Path.of("/etc/app[1]{x}*.log"));
    var filter = new Filter(files.selection(), _ -> false);
    assertThat(files.roots()).containsExactly(Path.of("/etc"));
    assertThat(filter.takesFile(Path.of("x"), "app[1]{x}*.log", "app[1]{x}*.log")).isTrue();
    assertThat(filter.takesFile(Path.of("x"), "app1x.log", "app1x.log")).isFalse();
    assertThat(filter.entersDirectory(Path.of("x"), "x", "x", 1)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "/", "{a", "a\\"})
  void aPatternThatMakesNoSenseIsRefused(String glob) {
    assertThatThrownBy(() -> WatchedFiles.under(Path.of("x")).include(glob))
        .isInstanceOf(InvalidSpecException.class);
  }

  @Test
  void settingsThatMakeNoSenseAreRefused() {
    var files = WatchedFiles.under(Path.of("x"));
    var below = java.time.Duration.ofMillis(-1);
    assertThatThrownBy(() -> files.debounce(below)).hasMessageContaining("watch.debounce");
    assertThatThrownBy(() -> files.maxWait(java.time.Duration.ofMillis(299)))
        .hasMessageContaining("watch.maxWait");
    assertThatThrownBy(() -> files.poll(java.time.Duration.ZERO))
        .hasMessageContaining("watch.poll");
    assertThatThrownBy(() -> files.settle(below)).hasMessageContaining("watch.settle");
    assertThatThrownBy(() -> files.depth(-1)).hasMessageContaining("watch.depth");
    assertThatThrownBy(() -> files.includeRegex("(")).hasMessageContaining("watch.pattern");
    assertThatThrownBy(() -> FileWatch.of(files).mostRestarts(0, java.time.Duration.ofMinutes(1)))
        .hasMessageContaining("watch.mostRestarts");
    assertThatThrownBy(() -> FileWatch.of(files).mostRestarts(1, java.time.Duration.ZERO))
        .hasMessageContaining("watch.window");
    assertThatThrownBy(() -> FileWatch.of(files).run()).hasMessageContaining("watch.command");
    assertThatThrownBy(() -> new OnFailure.RollBack(0)).hasMessageContaining("mostBytes");
  }
}
