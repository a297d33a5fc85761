package dev.procman.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A listener that keeps what it is told.
final class Recorder implements FileWatcher.Listener {
  static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String END = "zzz-end";

  final BlockingQueue<List<FileChange>> batches = new LinkedBlockingQueue<>();
  final BlockingQueue<WatchTrouble> troubles = new LinkedBlockingQueue<>();
  final List<Path> heard = new CopyOnWriteArrayList<>();

  @Override
  public void changed(List<FileChange> changes) {
    changes.forEach(change -> heard.add(change.path()));
    batches.add(changes);
  }

  @Override
  public void troubled(WatchTrouble trouble) {
    troubles.add(trouble);
  }

  List<FileChange> next() throws InterruptedException {
    return next(LIMIT);
  }

  List<FileChange> next(Duration limit) throws InterruptedException {
    var batch = batches.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
    assertThat(batch).as("changes, after troubles %s", troubles).isNotNull();
    return batch;
  }

  WatchTrouble trouble() throws InterruptedException {
    var trouble = troubles.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    assertThat(trouble).as("a trouble").isNotNull();
    return trouble;
  }

  /// That nothing is told for so long: how long is what the test is about.
  void assertSilentFor(Duration time) throws InterruptedException {
    assertThat(batches.poll(time.toMillis(), TimeUnit.MILLISECONDS)).isNull();
  }

  /// That what happened under `root` before this call was told already: the next that is told is a
  /// file that is written now.
  void assertNothingElse(Path root) throws IOException, InterruptedException {
    var end = root.resolve(END + System.nanoTime());
    Files.writeString(end, "end");
    assertThat(next()).containsExactly(created(end));
  }

  static FileChange created(Path path) {
    return new FileChange(path, FileChange.Kind.CREATED);
  }

  static FileChange modified(Path path) {
    return new FileChange(path, FileChange.Kind.MODIFIED);
  }

  static FileChange deleted(Path path) {
    return new FileChange(path, FileChange.Kind.DELETED);
  }
}
