package dev.procman.watch;

import static dev.procman.watch.Recorder.created;
import static dev.procman.watch.Recorder.deleted;
import static dev.procman.watch.Recorder.modified;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Trees that grow, move, vanish and come back, by notices and by polling.
class TreesTest {
  /// By notices and by polling.
  @Retention(RetentionPolicy.RUNTIME)
  @ParameterizedTest
  @EnumSource(
      value = WatchMode.class,
      names = {"NATIVE", "POLLING"})
  @interface InBothModes {}

  @TempDir Path temp;
  private Path root;
  private final Recorder recorder = new Recorder();
  private final List<FileWatcher> watchers = new ArrayList<>();

  @BeforeEach
  void make() throws IOException {
    root = Files.createDirectories(temp.resolve("a/b/tree"));
    Files.writeString(root.resolve("f.txt"), "one");
  }

  @AfterEach
  void close() {
    watchers.forEach(FileWatcher::close);
    // Nothing of the operating system's is kept.
    await().atMost(Recorder.LIMIT).until(() -> Notices.shared().count() == 0);
  }

  private FileWatcher watch(WatchedFiles files) throws IOException {
    var quick = files.debounce(Duration.ofMillis(100)).poll(Duration.ofMillis(30));
    var watcher = FileWatcher.start(quick, recorder);
    watchers.add(watcher);
    return watcher;
  }

  private void awaitView(FileWatcher watcher) {
    await().atMost(Recorder.LIMIT).until(() -> watcher.files().equals(disk()));
  }

  private java.util.Set<Path> disk() throws IOException {
    try (var all = Files.walk(root)) {
      return new java.util.TreeSet<>(all.filter(path -> !Files.isDirectory(path)).toList());
    }
  }

  @InBothModes
  void filesAreMadeChangedAndDeleted(WatchMode mode) throws Exception {
    watch(WatchedFiles.under(root).mode(mode));
    Files.writeString(root.resolve("g.txt"), "new");
    assertThat(recorder.next()).containsExactly(created(root.resolve("g.txt")));
    Files.writeString(root.resolve("f.txt"), "two");
    assertThat(recorder.next()).containsExactly(modified(root.resolve("f.txt")));
    Files.delete(root.resolve("f.txt"));
    assertThat(recorder.next()).containsExactly(deleted(root.resolve("f.txt")));
    recorder.assertNothingElse(root);
  }

  @InBothModes
  void aTreeThatIsMadeAtOnceIsSeenWithAllThatIsInIt(WatchMode mode) throws Exception {
    var watcher = watch(WatchedFiles.under(root).mode(mode));
    for (int round = 0; round < 5; round++) {
      var seen = new java.util.HashSet<Path>();
      Shell.run(
          root,
          "for i in 1 2 3 4 5 6 7 8 9; do mkdir -p r%d/$i/x/y/z; echo $i > r%d/$i/x/y/z/f; done"
              .replace("%d", "" + round));
      while (seen.size() < 9) {
        recorder.next().forEach(change -> seen.add(change.path()));
      }
      for (int i = 1; i <= 9; i++) {
        assertThat(seen).contains(root.resolve("r" + round + "/" + i + "/x/y/z/f"));
      }
    }
    awaitView(watcher);
  }

  @Test
  void aDirectoryThatIsMovedTakesItsFilesAlong() throws Exception {
    Shell.run(root, "mkdir -p one/in; echo x > one/in/f");
    var watcher = watch(WatchedFiles.under(root));
    Shell.run(root, "mv one two");
    assertThat(recorder.next())
        .containsExactly(deleted(root.resolve("one/in/f")), created(root.resolve("two/in/f")));
    // It is watched at its new place, and its old one too, should something come there.
    Shell.run(root, "echo y > two/in/f; mkdir -p one/in; echo y > one/in/g");
    assertThat(recorder.next())
        .containsExactly(created(root.resolve("one/in/g")), modified(root.resolve("two/in/f")));
    Shell.run(root, "mv one three; mv two one; mv three two");
    assertThat(recorder.next()).hasSize(4);
    awaitView(watcher);
    Shell.run(root, "echo 1 > one/in/f; echo 2 > two/in/g");
    assertThat(recorder.next())
        .containsExactly(modified(root.resolve("one/in/f")), modified(root.resolve("two/in/g")));
    recorder.assertNothingElse(root);
  }

  @Test
  void aFileBecomesADirectoryAndBack() throws Exception {
    var watcher = watch(WatchedFiles.under(root));
    Shell.run(root, "rm f.txt; mkdir f.txt; echo x > f.txt/in");
    assertThat(recorder.next())
        .containsExactly(deleted(root.resolve("f.txt")), created(root.resolve("f.txt/in")));
    Shell.run(root, "rm -r f.txt; printf one > f.txt");
    assertThat(recorder.next())
        .containsExactly(created(root.resolve("f.txt")), deleted(root.resolve("f.txt/in")));
    awaitView(watcher);
  }

  @InBothModes
  void aRootThatIsNotThereIsWaitedFor(WatchMode mode) throws Exception {
    var late = temp.resolve("not/yet/there");
    watch(WatchedFiles.under(late).mode(mode));
    assertThat(recorder.trouble().kind()).isEqualTo(WatchTrouble.Kind.MISSING_ROOT);
    Files.createDirectories(temp.resolve("not"));
    Files.createDirectories(late.resolve("sub"));
    Files.writeString(late.resolve("sub/f"), "x");
    assertThat(recorder.next()).containsExactly(created(late.resolve("sub/f")));
    recorder.assertNothingElse(late);
  }

  @InBothModes
  void aRootThatGoesIsToldOfAndWatchedAgainWhenItComesBack(WatchMode mode) throws Exception {
    watch(WatchedFiles.under(root).mode(mode));
    Shell.run(temp, "rm -r a/b");
    assertThat(recorder.next()).containsExactly(deleted(root.resolve("f.txt")));
    assertThat(recorder.trouble().kind()).isEqualTo(WatchTrouble.Kind.MISSING_ROOT);
    Shell.run(temp, "mkdir -p a/b/tree/sub; echo x > a/b/tree/sub/g");
    assertThat(recorder.next()).containsExactly(created(root.resolve("sub/g")));
    recorder.assertNothingElse(root);
  }

  @Test
  void aRootThatIsExchangedForAnotherIsComparedWithIt() throws Exception {
    watch(WatchedFiles.under(root));
    Shell.run(temp, "mkdir -p new/tree; printf one > new/tree/f.txt; echo y > new/tree/g.txt");
    Shell.run(temp, "mv a/b a/old; mv new a/b");
    assertThat(recorder.next()).containsExactly(created(root.resolve("g.txt")));
    // The one that was moved away is not watched any more.
    Shell.run(temp, "echo z > a/old/tree/f.txt");
    recorder.assertNothingElse(root);
  }

  @Test
  void aRootThatIsALinkIsWatchedWhereverItLeads() throws Exception {
    Shell.run(temp, "mkdir r1 r2; echo 1 > r1/f; echo 2 > r2/f; ln -s r1 current");
    var current = temp.resolve("current");
    watch(WatchedFiles.under(current));
    Shell.run(temp, "ln -s r2 next; mv -T next current");
    assertThat(recorder.next()).containsExactly(modified(current.resolve("f")));
    Shell.run(temp, "echo 3 > r2/f");
    assertThat(recorder.next()).containsExactly(modified(current.resolve("f")));
  }

  @Test
  void whatALinkedRootLeadsToMayGoAndComeBack() throws Exception {
    Shell.run(temp, "mkdir -p x/target; echo 1 > x/target/f; ln -s x/target link");
    var file = temp.resolve("link/f");
    watch(WatchedFiles.under(temp.resolve("link")));
    Shell.run(temp, "rm -r x/target");
    assertThat(recorder.next()).containsExactly(deleted(file));
    Shell.run(temp, "mkdir x/target; echo 2 > x/target/f");
    assertThat(recorder.next()).containsExactly(created(file));
    int heard = recorder.heard.size();
    Shell.run(temp, "mv x/target x/old; mkdir x/target; echo 3 > x/target/f");
    await().atMost(Recorder.LIMIT).until(() -> recorder.heard.size() > heard);
  }

  @InBothModes
  void aLinkThatIsFollowedChangesWithWhatItLeadsToWhereverThatLies(WatchMode mode)
      throws Exception {
    Shell.run(temp, "mkdir -p out/v1 out/v2; echo 1 > out/v1/f; echo 2 > out/v2/f; echo 1 > out/f");
    Shell.run(temp, "ln -s v1 out/now; ln -s ../../../out/now/f a/b/tree/far");
    Shell.run(temp, "mkdir a/b/tree/sub; ln -s ../f.txt a/b/tree/sub/near");
    watch(WatchedFiles.under(root).followLinks().mode(mode));
    Shell.run(temp, "echo 1, edited > out/v1/f");
    assertThat(recorder.next()).containsExactly(modified(root.resolve("far")));
    Shell.run(temp, "ln -s v2 out/next; mv -T out/next out/now");
    assertThat(recorder.next()).containsExactly(modified(root.resolve("far")));
    Shell.run(root, "echo edited > f.tmp; mv f.tmp f.txt");
    await()
        .atMost(Recorder.LIMIT)
        .until(() ->
            recorder.heard.containsAll(List.of(root.resolve("f.txt"), root.resolve("sub/near"))));
  }

  @Test
  void aLinkIsAFileOfItsOwnUnlessLinksAreFollowed() throws Exception {
    Shell.run(temp, "mkdir out; echo 1 > out/f; ln -s ../../../out a/b/tree/link");
    Shell.run(root, "ln -s f.txt to");
    watch(WatchedFiles.under(root));
    Shell.run(temp, "echo 2 > out/f");
    Shell.run(root, "ln -sfn nowhere to");
    assertThat(recorder.next()).containsExactly(modified(root.resolve("to")));
    recorder.assertNothingElse(root);
  }

  @InBothModes
  void linksThatAreFollowedLeadIntoTheTreeAndNotInCircles(WatchMode mode) throws Exception {
    // As Kubernetes mounts its configuration: one link is exchanged, and all files are others.
    Shell.run(temp, "mkdir out; echo 1 > out/f; ln -s ../../../out a/b/tree/link");
    Shell.run(root, "mkdir v1 v2; echo 1 > v1/conf; echo 2 > v2/conf; ln -s v1 data");
    Shell.run(root, "ln -s data/conf conf; ln -s . circle");
    var watcher = watch(WatchedFiles.under(root).followLinks().mode(mode));
    assertThat(watcher.files())
        .contains(root.resolve("link/f"), root.resolve("data/conf"), root.resolve("conf"))
        .noneMatch(path -> path.toString().contains("circle/"));
    Shell.run(temp, "echo 2 > out/f");
    assertThat(recorder.next()).containsExactly(modified(root.resolve("link/f")));
    Shell.run(root, "ln -s v2 next; mv -T next data");
    assertThat(recorder.next())
        .containsExactly(modified(root.resolve("conf")), modified(root.resolve("data/conf")));
    recorder.assertNothingElse(root);
  }

  @Test
  void gitIgnoreFilesAreHonouredWhenAskedForAndWhenTheyChange() throws Exception {
    Shell.run(temp, "mkdir .git; echo '*.gen' > .gitignore");
    Shell.run(root, "mkdir -p sub out; printf '/out/\\n!keep.gen\\n' > .gitignore; echo 1 > out/f");
    var watcher = watch(WatchedFiles.under(root).honourGitIgnore());
    Shell.run(root, "echo 2 > out/f; echo x > sub/a.gen; echo x > sub/keep.gen; echo x > b.gen");
    assertThat(recorder.next()).containsExactly(created(root.resolve("sub/keep.gen")));
    Shell.run(root, "printf '!keep.gen\\n/f.txt\\n' > .gitignore");
    assertThat(recorder.next())
        .containsExactly(modified(root.resolve(".gitignore")), created(root.resolve("out/f")));
    assertThat(watcher.files()).doesNotContain(root.resolve("f.txt"));
    Shell.run(root, "echo 3 > out/f; echo 3 > f.txt");
    assertThat(recorder.next()).containsExactly(modified(root.resolve("out/f")));
  }

  @Test
  void gitIgnoreFilesAboveTheRootAreHeardWhenTheyChange() throws Exception {
    Shell.run(temp, "mkdir .git; echo '*.gen' > .gitignore; echo x > a/b/tree/a.gen");
    var watcher = watch(WatchedFiles.under(root).honourGitIgnore());
    assertThat(watcher.files()).doesNotContain(root.resolve("a.gen"));
    Shell.run(temp, "rm .gitignore");
    assertThat(recorder.next()).containsExactly(created(root.resolve("a.gen")));
    Shell.run(temp, "echo '*.txt' > a/.gitignore");
    await().atMost(Recorder.LIMIT).until(() -> !watcher.files().contains(root.resolve("f.txt")));
    recorder.assertNothingElse(root);
  }

  @Test
  void namesMayHoldAnythingButSlashes() throws Exception {
    var watcher = watch(WatchedFiles.under(root));
    // Text beyond ASCII, several lines, bytes that are no UTF-8, wildcards, spaces.
    Shell.run(
        root,
        "for n in 'caf\\303\\251' 'two\\nlines' 'bad\\377byte' '*?[]{}' ' sp ace '"
            + " '\\360\\237\\230\\200'; do d=$(printf \"$n\"); mkdir \"$d\";"
            + " printf x > \"$d/$d\"; done");
    var seen = new java.util.TreeSet<Path>();
    while (seen.size() < 6) {
      recorder.next().forEach(change -> seen.add(change.path()));
    }
    assertThat(seen)
        .extracting(path -> root.toUri().relativize(path.toUri()).getRawPath())
        .contains("caf%C3%A9/caf%C3%A9", "two%0Alines/two%0Alines", "bad%FFbyte/bad%FFbyte");
    awaitView(watcher);
    for (var path : seen) {
      Files.writeString(path, "yy");
    }
    assertThat(recorder.next()).hasSize(6);
  }

  @Test
  void deepTreesAreSeenToTheirEnds() throws Exception {
    var deep = new StringBuilder();
    while (root.toString().length() + deep.length() < 3900) {
      deep.append("/d");
    }
    var watcher = watch(WatchedFiles.under(root).depth(5000));
    var end = Path.of(root.toString() + deep);
    Files.createDirectories(end);
    Files.writeString(end.resolve("f"), "x");
    assertThat(recorder.next()).containsExactly(created(end.resolve("f")));
    Files.writeString(end.resolve("f"), "y");
    assertThat(recorder.next()).containsExactly(modified(end.resolve("f")));
    Shell.run(root, "rm -r d");
    assertThat(recorder.next()).containsExactly(deleted(end.resolve("f")));
    awaitView(watcher);
  }

  @Test
  void whatIsWrittenWhileTheWatchBeginsIsNotLost() throws Exception {
    for (int i = 0; i < 300; i++) {
      Files.createDirectories(root.resolve("d" + i));
      Files.writeString(root.resolve("d" + i + "/f"), "old");
    }
    var written = new java.util.concurrent.ConcurrentSkipListSet<Path>();
    var began = new CountDownLatch(1);
    var writer =
        Thread.ofPlatform()
            .start(() -> {
              try {
                for (int i = 0; i < 300; i++) {
                  var file = root.resolve("d" + (i * 7 % 300) + "/f");
                  Files.writeString(file, "new " + i);
                  written.add(file);
                  if (i == 50) {
                    began.countDown();
                  }
                }
              } catch (IOException failed) {
                throw new java.io.UncheckedIOException(failed);
              }
            });
    assertThat(began.await(20, TimeUnit.SECONDS)).isTrue();
    var moment = Instant.now();
    watchers.add(
        FileWatcher.start(
            WatchedFiles.under(root).debounce(Duration.ofMillis(50)),
            _ -> false,
            Optional.of(moment),
            recorder));
    writer.join();
    var heard = new java.util.TreeSet<Path>();
    var expected = new java.util.TreeSet<Path>();
    for (var file : written) {
      if (!Files.getLastModifiedTime(file).toInstant().isBefore(moment)) {
        expected.add(file);
      }
    }
    while (!heard.containsAll(expected)) {
      recorder.next().forEach(change -> heard.add(change.path()));
    }
    assertThat(heard).containsAll(expected);
  }

  @Test
  void filesChangedSinceAnEarlierMomentCountFromTheStart() throws Exception {
    var moment = Instant.now();
    await()
        .atMost(Recorder.LIMIT)
        .until(() -> {
          Files.writeString(root.resolve("f.txt"), "two");
          return Files.getLastModifiedTime(root.resolve("f.txt")).toInstant().isAfter(moment);
        });
    Files.writeString(root.resolve("old"), "x");
    Files.setLastModifiedTime(
        root.resolve("old"), java.nio.file.attribute.FileTime.from(moment.minusSeconds(60)));
    Files.writeString(root.resolve("future"), "x");
    Files.setLastModifiedTime(
        root.resolve("future"), java.nio.file.attribute.FileTime.from(moment.plusSeconds(9999)));
    watchers.add(
        FileWatcher.start(
            WatchedFiles.under(root).debounce(Duration.ZERO),
            _ -> false,
            Optional.of(moment),
            recorder));
    assertThat(recorder.next()).containsExactly(modified(root.resolve("f.txt")));
  }

  @Test
  void twoWatchersOfOneDirectoryDoNotDisturbEachOther() throws Exception {
    var other = new Recorder();
    watch(WatchedFiles.under(root));
    var second =
        FileWatcher.start(WatchedFiles.under(root).debounce(Duration.ofMillis(100)), other);
    Files.writeString(root.resolve("f.txt"), "two");
    assertThat(recorder.next()).containsExactly(modified(root.resolve("f.txt")));
    assertThat(other.next()).containsExactly(modified(root.resolve("f.txt")));
    second.close();
    Files.writeString(root.resolve("f.txt"), "three");
    assertThat(recorder.next()).containsExactly(modified(root.resolve("f.txt")));
    recorder.assertNothingElse(root);
    assertThat(other.batches).isEmpty();
  }

  @Test
  void aHundredWatchersUseOneInstanceOfTheSystem() throws Exception {
    // That of an earlier test is closed in the background.
    await().atMost(Recorder.LIMIT).until(() -> instances() == 0);
    for (int i = 0; i < 100; i++) {
      var directory = Files.createDirectory(temp.resolve("d" + i));
      watchers.add(FileWatcher.start(WatchedFiles.under(directory), recorder));
    }
    assertThat(instances()).isEqualTo(1);
  }

  /// Those of inotify that this JVM has open.
  private static long instances() throws IOException {
    try (var open = Files.list(Path.of("/proc/self/fd"))) {
      return open.filter(TreesTest::isInstance).count();
    }
  }

  private static boolean isInstance(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().equals("anon_inode:inotify");
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }

  @Test
  void severalRootsAreOneWatch() throws Exception {
    var second = Files.createDirectory(temp.resolve("second"));
    watch(WatchedFiles.under(root).and(second));
    Files.writeString(root.resolve("f.txt"), "two");
    Files.writeString(second.resolve("g.txt"), "two");
    assertThat(recorder.next())
        .containsExactlyInAnyOrder(
            modified(root.resolve("f.txt")), created(second.resolve("g.txt")));
  }

  @Test
  void aRootThatLiesInAnotherTellsOfNothingTwice() throws Exception {
    Shell.run(root, "mkdir lib; for i in $(seq 20); do echo 1 > lib/f$i; done");
    var roots = WatchedFiles.under(root).and(root.resolve("lib")).debounce(Duration.ZERO);
    watchers.add(FileWatcher.start(roots, recorder));
    for (int i = 1; i <= 20; i++) {
      // At once, and not in two steps that may both be seen.
      Shell.run(root, "echo 20 > lib/next.tmp; mv lib/next.tmp lib/f" + i);
      assertThat(recorder.next()).containsExactly(modified(root.resolve("lib/f" + i)));
    }
    Shell.run(root, "touch lib/*; echo end > end.tmp; mv end.tmp end");
    assertThat(recorder.next()).containsExactly(created(root.resolve("end")));
  }

  @Test
  void aRootThatLiesInAnotherMayTakeWhatThatDoesNot() throws Exception {
    Shell.run(root, "mkdir lib");
    watch(WatchedFiles.under(root).and(root.resolve("lib")).include("/*.txt"));
    var file = root.resolve("lib/x.txt");
    Files.writeString(file, "x");
    assertThat(recorder.next()).containsExactly(created(file));
    Files.writeString(file, "xy");
    assertThat(recorder.next()).containsExactly(modified(file));
    Files.delete(file);
    assertThat(recorder.next()).containsExactly(deleted(file));
  }

  @Test
  void oneFileIsWatchedThoughItsDirectoryIsLarge() throws Exception {
    var file = root.resolve("app.conf");
    Shell.run(root, "mkdir x; for i in $(seq 100); do echo > f$i; done");
    var watcher = watch(WatchedFiles.of(file));
    assertThat(watcher.files()).isEmpty();
    Shell.run(root, "echo 1 > f1; echo 1 > x/app.conf; echo a > app.conf");
    assertThat(recorder.next()).containsExactly(created(file));
  }

  @Test
  void whenTheSystemLosesCountAllIsLookedAt() throws Exception {
    Shell.run(root, "mkdir -p x/y; echo 1 > x/y/f");
    var hints = new Hints();
    var tree = tree(WatchedFiles.under(root), hints);
    Shell.run(root, "echo 2 > x/y/f; mkdir z; echo 1 > z/g; rm f.txt");
    hints.addLost(tree.top());
    assertThat(hints.takeOverflow()).isTrue();
    tree.follow(hints.take());
    assertThat(tree.take(List.of()))
        .containsExactly(
            deleted(root.resolve("f.txt")),
            modified(root.resolve("x/y/f")),
            created(root.resolve("z/g")));
    assertThat(hints.takeOverflow()).isFalse();
    tree.close();
  }

  @Test
  void aDirectoryThatWasElsewhereForAWhileIsReadToItsEnds() throws Exception {
    Shell.run(root, "mkdir -p one/in; echo 1 > one/in/f");
    var hints = new Hints();
    var tree = tree(WatchedFiles.under(root), hints);
    Shell.run(root, "mv one ../away");
    // The notice from below is heard before that of the move.
    var in = tree.top().folders.get(Path.of("one")).folders.get(Path.of("in"));
    in.noticed(Map.of(Path.of("f"), Notice.CHANGED));
    tree.follow(hints.take());
    assertThat(tree.files()).containsExactly(root.resolve("f.txt"));
    Shell.run(root, "mv ../away one");
    hear(tree, hints, "one", Notice.LEFT);
    assertThat(tree.files()).contains(root.resolve("one/in/f"));
    assertThat(tree.take(List.of())).isEmpty();
    tree.close();
  }

  @Test
  void aFileThatIsBackAtTheMomentOfTellingAndGoneAfterwardsIsToldOf() throws Exception {
    Shell.run(root, "mkdir one; echo 1 > one/f");
    var hints = new Hints();
    var tree = tree(WatchedFiles.under(root), hints);
    Shell.run(root, "mv one ../away");
    hear(tree, hints, "one", Notice.LEFT);
    // Its coming back is not heard of yet.
    Shell.run(root, "mv ../away one");
    assertThat(tree.isAtRest()).isFalse();
    assertThat(tree.take(List.of())).isEmpty();
    Shell.run(root, "rm -r one");
    hear(tree, hints, "one", Notice.LEFT);
    assertThat(tree.take(List.of())).containsExactly(deleted(root.resolve("one/f")));
    tree.close();
  }

  @Test
  void directoriesThatWereReadByOldRulesAreReadAgainByNewOnes() throws Exception {
    Shell.run(
        root, "mkdir -p sub/in; echo '*.gen' > .gitignore; echo > sub/a.gen; echo > sub/in/b.gen");
    var hints = new Hints();
    var tree = tree(WatchedFiles.under(root).honourGitIgnore(), hints);
    var sub = tree.top().folders.get(Path.of("sub"));
    Files.writeString(root.resolve(".gitignore"), "");
    hints.addWhole(sub);
    hints.addWhole(sub.folders.get(Path.of("in")));
    hints.addWhole(tree.top());
    tree.follow(hints.take());
    assertThat(tree.files()).contains(root.resolve("sub/a.gen"), root.resolve("sub/in/b.gen"));
    Files.writeString(root.resolve(".gitignore"), "*.gen");
    hints.addWhole(sub);
    hints.add(tree.top(), Map.of(Path.of(".gitignore"), Notice.CHANGED));
    tree.follow(hints.take());
    assertThat(tree.files()).containsExactly(root.resolve(".gitignore"), root.resolve("f.txt"));
    tree.close();
  }

  @Test
  void rulesThatAreHalfWrittenForAMomentMakeNoChange() throws Exception {
    Shell.run(root, "echo x > g; printf nothing > .gitignore");
    var hints = new Hints();
    var tree = tree(WatchedFiles.under(root).honourGitIgnore(), hints);
    Files.writeString(root.resolve(".gitignore"), "*");
    hear(tree, hints, ".gitignore", Notice.CHANGED);
    assertThat(tree.files()).isEmpty();
    Files.delete(root.resolve("g"));
    Files.writeString(root.resolve(".gitignore"), "/other");
    hear(tree, hints, ".gitignore", Notice.CHANGED);
    assertThat(tree.take(List.of()))
        .containsExactly(modified(root.resolve(".gitignore")), deleted(root.resolve("g")));
    Files.writeString(root.resolve(".gitignore"), "/f.txt");
    hear(tree, hints, ".gitignore", Notice.CHANGED);
    assertThat(tree.take(List.of())).containsExactly(modified(root.resolve(".gitignore")));
    tree.close();
  }

  /// Without notices, so that it only knows what the hints lead it to.
  private static Tree tree(WatchedFiles files, Hints hints) throws IOException {
    var tree = new Tree(files, _ -> false, false, Optional.empty(), hints, _ -> {});
    tree.start();
    return tree;
  }

  /// A notice of an entry of the root comes, and is followed.
  private static void hear(Tree tree, Hints hints, String name, Notice notice) {
    tree.top().noticed(Map.of(Path.of(name), notice));
    tree.follow(hints.take());
  }

  @Test
  void aDirectoryThatIsDeletedAndMadeAnewIsAnotherThoughItLooksTheSame() throws Exception {
    var watcher = watch(WatchedFiles.under(root));
    // File systems use the number of a deleted directory for the next.
    for (int i = 0; i < 20; i++) {
      Shell.run(root, "rm -rf d; mkdir -p d/e; echo " + i + " > d/e/f; rm -rf d; mkdir -p d/e");
      var file = root.resolve("d/e/f" + i);
      Files.writeString(file, "x");
      await().atMost(Recorder.LIMIT).until(() -> recorder.heard.contains(file));
    }
    awaitView(watcher);
  }

  @Test
  void closingDoesNotWaitForAListenerAndEndsItsWait() throws Exception {
    var entered = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    var calls = new AtomicInteger();
    var watcher =
        FileWatcher.start(
            WatchedFiles.under(root).debounce(Duration.ZERO),
            _ -> {
              calls.incrementAndGet();
              entered.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException ended) {
                interrupted.countDown();
              }
            });
    Files.writeString(root.resolve("f.txt"), "two");
    assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
    Files.writeString(root.resolve("f.txt"), "three");
    watcher.close();
    assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
    watcher.close();
    assertThat(calls).hasValue(1);
  }

  @Test
  void aListenerMayCloseItsOwnWatcher() throws Exception {
    var closed = new CountDownLatch(1);
    var holder = new java.util.concurrent.CompletableFuture<FileWatcher>();
    holder.complete(
        FileWatcher.start(
            WatchedFiles.under(root).debounce(Duration.ZERO),
            _ -> {
              holder.join().close();
              closed.countDown();
            }));
    Files.writeString(root.resolve("f.txt"), "two");
    assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aListenerThatFailsIsCalledForTheNextChange() throws Exception {
    var calls = new java.util.concurrent.LinkedBlockingQueue<Integer>();
    watchers.add(
        FileWatcher.start(
            WatchedFiles.under(root).debounce(Duration.ZERO),
            changes -> {
              calls.add(changes.size());
              throw new IllegalStateException("not today");
            }));
    Files.writeString(root.resolve("f.txt"), "two");
    assertThat(calls.poll(20, TimeUnit.SECONDS)).isEqualTo(1);
    Files.writeString(root.resolve("f.txt"), "three");
    assertThat(calls.poll(20, TimeUnit.SECONDS)).isEqualTo(1);
  }

  @Test
  void aLimitOfTheSystemIsAnErrorThatNamesTheSetting() {
    var watches =
        WatchLimitException.of(root, new IOException("User limit of inotify watches reached"));
    assertThat(watches).isPresent();
    assertThat(watches.get().setting()).isEqualTo("fs.inotify.max_user_watches");
    assertThat(watches.get())
        .hasMessageContaining("fs.inotify.max_user_watches")
        .hasMessageContaining(root.toString());
    var instances =
        WatchLimitException.of(
            root,
            new IOException("User limit of inotify instances reached or too many open files"));
    assertThat(instances).isPresent();
    assertThat(instances.get().setting()).isEqualTo("fs.inotify.max_user_instances");
    assertThat(WatchLimitException.of(root, new IOException("Permission denied"))).isEmpty();
  }

  @Test
  void fileSystemsOfTheNetworkArePolled() {
    assertThat(Stream.of("nfs", "nfs4", "cifs", "9p", "fuse.sshfs", "fuseblk", "virtiofs"))
        .noneMatch(FileSystemKinds::isLocal);
    assertThat(Stream.of("ext4", "xfs", "btrfs", "tmpfs", "overlay", "zfs"))
        .allMatch(FileSystemKinds::isLocal);
    var files = WatchedFiles.under(root);
    assertThat(FileSystemKinds.sendsNotices(files.mode(WatchMode.POLLING))).isFalse();
    assertThat(FileSystemKinds.sendsNotices(files.mode(WatchMode.NATIVE))).isTrue();
  }

  @Test
  void aFileSystemWithoutNoticesIsPolled() throws Exception {
    var zip = temp.resolve("files.zip");
    Shell.run(root, "python3 -m zipfile -c " + zip + " f.txt");
    try (var inside = java.nio.file.FileSystems.newFileSystem(zip)) {
      var top = inside.getPath("/");
      watch(WatchedFiles.under(top));
      Files.writeString(top.resolve("g.txt"), "new");
      assertThat(recorder.next()).containsExactly(created(top.resolve("g.txt")));
      watchers.removeLast().close();
    }
  }

  @Test
  void aRootThatIsAFileIsSaidToBeOne() throws Exception {
    watch(WatchedFiles.under(root.resolve("f.txt")));
    assertThat(recorder.trouble().message()).contains("is not a directory");
    assertThatThrownBy(() -> WatchedFiles.of(Path.of("/"))).hasMessageContaining("watch.file");
  }
}
