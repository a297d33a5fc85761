package dev.procman.watch;

import static dev.procman.watch.Recorder.created;
import static dev.procman.watch.Recorder.modified;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
class LargeTreeTest {
  private static final Duration QUIET = Duration.ofMillis(200);

  /// Until forty thousand changes are read and told.
  private static final Duration ALL = Duration.ofMinutes(5);

  @TempDir Path temp;

  @Test
  void twentyThousandFilesInTwoThousandDirectoriesAreWatched() throws Exception {
    Shell.run(
        temp,
        "python3 -c \"\nimport os\nfor d in range(2000):\n  p=f'g{d // 50}/d{d}'\n"
            + "  os.makedirs(p)\n  for f in range(10): open(f'{p}/f{f}','w').write(f'{d} {f}')\n\"");
    var recorder = new Recorder();
    try (var watcher = FileWatcher.start(WatchedFiles.under(temp).debounce(QUIET), recorder)) {
      assertThat(watcher.files()).hasSize(20_000);
      var changed = temp.resolve("g39/d1999/f7");
      var fresh = temp.resolve("g0/d0/new/f");
      Files.writeString(changed, "other");
      Files.createDirectory(fresh.getParent());
      Files.writeString(fresh, "x");
      assertThat(recorder.next()).containsExactly(created(fresh), modified(changed));

      // All of it goes at once.
      Shell.run(temp, "mkdir away; mv g* away/");
      var moved = recorder.next(ALL);
      while (moved.size() < 40_002) {
        var more = new java.util.ArrayList<>(moved);
        more.addAll(recorder.next(ALL));
        moved = more;
      }
      assertThat(moved).hasSize(40_002).doesNotHaveDuplicates();
      recorder.assertNothingElse(temp);
    }
  }
}
