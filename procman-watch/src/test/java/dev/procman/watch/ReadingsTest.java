package dev.procman.watch;

import static dev.procman.watch.Recorder.created;
import static dev.procman.watch.Recorder.modified;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// How often directories are read, and that a long reading holds up nobody.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReadingsTest {
  @TempDir Path temp;
  private Path root;

  @BeforeEach
  void make() throws Exception {
    root = Files.createDirectory(temp.resolve("root"));
  }

  @AfterEach
  void nothingIsKept() throws Exception {
    // What deletes temporary directories takes minutes for a deep one.
    Shell.run(temp, "rm -r root");
    await().atMost(Recorder.LIMIT).until(() -> Notices.shared().count() == 0);
  }

  /// As deep as a path can name.
  private Path deepest() {
    return Path.of(root + "/d".repeat((4000 - root.toString().length()) / 2));
  }

  private int depth(Path deep) {
    return deep.getNameCount() - root.getNameCount();
  }

  @Test
  void aDeepChainThatIsMadeWhileItIsWatchedIsReadInLinearTime() throws Exception {
    var end = deepest();
    var recorder = new Recorder();
    try (var watcher = FileWatcher.start(deep(), recorder)) {
      Files.createDirectories(end);
      Files.writeString(end.resolve("f"), "x");
      assertThat(recorder.next()).containsExactly(created(end.resolve("f")));
      Files.writeString(end.resolve("f"), "y");
      assertThat(recorder.next()).containsExactly(modified(end.resolve("f")));
      assertThat(watcher.reads()).isBetween((long) depth(end), 3L * depth(end));

      // Each of them tells its parent that it changed; there is nothing new in any.
      Shell.run(root, "chmod -R u+w d");
      recorder.assertNothingElse(root);
      assertThat(watcher.reads()).isLessThan(6L * depth(end));
    }
  }

  private WatchedFiles deep() {
    return WatchedFiles.under(root).depth(5000).debounce(Duration.ofMillis(50));
  }

  @Test
  void noticesThatComeLateOfWhatWasReadAlreadyReadNothing() throws Exception {
    var end = Path.of(root + "/d".repeat(200));
    Files.createDirectories(end);
    var hints = new Hints();
    var tree = new Tree(deep(), _ -> false, true, Optional.empty(), hints, _ -> {});
    tree.start();
    long first = tree.reads();
    assertThat(first).isEqualTo(201);
    // One by one, so that none is merged with another.
    for (Folder at = tree.top(); !at.folders.isEmpty(); at = below(at)) {
      at.noticed(Map.of(Path.of("d"), Notice.CHANGED));
      tree.follow(hints.take());
    }
    assertThat(tree.reads() - first).isLessThanOrEqualTo(200);
    tree.close();
  }

  private static Folder below(Folder folder) {
    return folder.folders.values().iterator().next();
  }

  @Test
  void closingDoesNotWaitForALargeTreeToBeRead() throws Exception {
    Shell.run(
        temp,
        "python3 -c \"\nimport os\nfor d in range(500):\n  p=f'large/g{d // 50}/d{d}'\n"
            + "  os.makedirs(p)\n  for f in range(10): open(f'{p}/f{f}','w').write('x')\n\"");
    var looks = new AtomicInteger();
    var reading = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var watcher =
        start(_ -> {
          if (looks.incrementAndGet() == 1000) {
            reading.countDown();
            awaitUninterruptibly(go);
          }
          return false;
        });
    Shell.run(temp, "mv large root/");
    assertThat(reading.await(20, TimeUnit.SECONDS)).isTrue();
    var closer = Thread.ofPlatform().start(watcher::close);
    await().atMost(Recorder.LIMIT).until(() -> closer.getState() == Thread.State.TIMED_WAITING);
    go.countDown();
    assertThat(closer.join(Duration.ofSeconds(10))).isTrue();
    await().atMost(Recorder.LIMIT).until(watcher::isOver);
    assertThat(looks.get()).isEqualTo(1000);
  }

  @Test
  void closingDoesNotWaitForAFileSystemThatDoesNotAnswer() throws Exception {
    var reading = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var watcher =
        start(_ -> {
          reading.countDown();
          awaitUninterruptibly(go);
          return false;
        });
    Files.writeString(root.resolve("f"), "x");
    assertThat(reading.await(20, TimeUnit.SECONDS)).isTrue();
    var closer = Thread.ofPlatform().start(watcher::close);
    assertThat(closer.join(Duration.ofSeconds(15))).isTrue();
    assertThat(watcher.isOver()).isFalse();
    go.countDown();
    await().atMost(Recorder.LIMIT).until(watcher::isOver);
  }

  @Test
  void closingDoesNotWaitForADeepChainToBeFollowed() throws Exception {
    var watcher = FileWatcher.start(deep(), new Recorder());
    var maker = Thread.ofPlatform().start(this::makeChain);
    await().atMost(Recorder.LIMIT).until(() -> watcher.reads() > 20);
    var closer = Thread.ofPlatform().start(watcher::close);
    assertThat(closer.join(Duration.ofSeconds(10))).isTrue();
    await().atMost(Recorder.LIMIT).until(watcher::isOver);
    maker.join();
  }

  private void makeChain() {
    try {
      Files.createDirectories(deepest());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private FileWatcher start(Predicate<Path> own) throws IOException {
    return FileWatcher.start(deep(), own, Optional.empty(), new Recorder());
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException unexpected) {
      throw new IllegalStateException(unexpected);
    }
  }
}
