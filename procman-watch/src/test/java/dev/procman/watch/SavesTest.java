package dev.procman.watch;

import static dev.procman.watch.Recorder.created;
import static dev.procman.watch.Recorder.deleted;
import static dev.procman.watch.Recorder.modified;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The ways in which programs write files; each is one change of the file that a person changed.
class SavesTest {
  private static final Duration QUIET = Duration.ofMillis(300);

  @TempDir Path temp;
  private Path root;
  private final Recorder recorder = new Recorder();
  private FileWatcher watcher;

  @BeforeEach
  void start() throws Exception {
    root = Files.createDirectory(temp.resolve("tree"));
    Files.writeString(root.resolve("f.txt"), "one");
    Files.createDirectory(root.resolve("sub"));
    watcher = FileWatcher.start(WatchedFiles.under(root).debounce(QUIET), recorder);
  }

  private void watchAnew(WatchedFiles files) throws Exception {
    watcher.close();
    watcher = FileWatcher.start(files, recorder);
  }

  @AfterEach
  void close() {
    watcher.close();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        // in place: nano, gedit without backups, shell redirection
        "printf two > f.txt",
        // Vim: the old one becomes the backup, a new one is written, the backup goes
        "printf x > 4913; rm 4913; mv f.txt f.txt~; printf two > f.txt; chmod 644 f.txt; rm f.txt~",
        // Vim with its swap file
        "printf b > .f.txt.swp; printf two > f.txt; rm .f.txt.swp",
        // written beside and moved over it: VS Code, JetBrains, sed -i
        "printf two > .f.txt.Xy3; mv .f.txt.Xy3 f.txt",
        // deleted and made anew
        "rm f.txt; printf two > f.txt",
        // rsync: a temporary file, its time set, moved over
        "printf two > .f.txt.aB3dE9; touch -d 2020-01-01 .f.txt.aB3dE9; mv .f.txt.aB3dE9 f.txt",
        // in pieces
        "printf t > f.txt; printf w >> f.txt; printf o >> f.txt",
        // exchanged with a hard link
        "printf two > g.part; ln -f g.part f.txt; rm g.part",
        // same size and same time as before
        "touch -r f.txt ref.tmp; printf eno > f.txt; touch -r ref.tmp f.txt; rm ref.tmp",
        // directory moved away and back with another content
        "mkdir x; printf two > x/f.txt; mv x/f.txt f.txt; rmdir x",
      })
  void aSaveCountsOnce(String save) throws Exception {
    Shell.run(root, save);
    assertThat(recorder.next()).containsExactly(modified(root.resolve("f.txt")));
    recorder.assertNothingElse(root);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "touch f.txt",
        "chmod 600 f.txt",
        "printf one > f.txt",
        "mv f.txt g.txt; mv g.txt f.txt",
        "rm f.txt; printf one > f.txt",
        "printf two > f.txt; printf one > f.txt",
        "printf new > g.txt; rm g.txt",
        "mkdir d; mkdir d/e; rmdir d/e d",
        "printf x > f.txt~; printf x > .f.txt.swp; mkdir .git; printf x > .git/index",
      })
  void whatLeavesEverythingAsItWasIsNoChange(String commands) throws Exception {
    Shell.run(root, commands);
    recorder.assertNothingElse(root);
    assertThat(recorder.heard).noneMatch(path -> path.endsWith("f.txt"));
  }

  @Test
  void aTouchIsAChangeWhereTimesAreCompared() throws Exception {
    watchAnew(WatchedFiles.under(root).compareTimes().debounce(QUIET));
    Shell.run(root, "touch -d 2020-01-01 f.txt");
    assertThat(recorder.next()).containsExactly(modified(root.resolve("f.txt")));
    recorder.assertNothingElse(root);
  }

  @Test
  void aBurstOfFiveHundredSavesIsOneChangeOfOneFile() throws Exception {
    for (int i = 0; i < 500; i++) {
      Files.writeString(root.resolve("f.txt"), "save " + i);
    }
    assertThat(recorder.next()).containsExactly(modified(root.resolve("f.txt")));
    recorder.assertNothingElse(root);
  }

  @Test
  void theCompilersClassesAreSeenAllTogether() throws Exception {
    var source = Files.createDirectory(temp.resolve("source"));
    var names = IntStream.range(0, 60).mapToObj(i -> "C" + i).toList();
    for (var name : names) {
      Files.writeString(
          source.resolve(name + ".java"), "package a.b; class %s { class In {} }".formatted(name));
    }
    compile(source, names);
    var made =
        names.stream()
            .flatMap(name -> Stream.of(name + ".class", name + "$In.class"))
            .map(name -> created(root.resolve("a/b").resolve(name)))
            .toList();
    assertThat(recorder.next()).containsExactlyInAnyOrderElementsOf(made);

    // The same bytes again, but for one class.
    Files.writeString(source.resolve("C7.java"), "package a.b; class C7 { int more; class In {} }");
    compile(source, names);
    assertThat(recorder.next()).containsExactly(modified(root.resolve("a/b/C7.class")));
    recorder.assertNothingElse(root);
  }

  private void compile(Path source, List<String> names) {
    var arguments = new java.util.ArrayList<>(List.of("-d", root.toString(), "-proc:none"));
    names.forEach(name -> arguments.add(source.resolve(name + ".java").toString()));
    int code =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(System.out, System.err, arguments.toArray(String[]::new));
    assertThat(code).isZero();
  }

  @Test
  void switchingABranchOfFiveHundredFilesIsOneChange() throws Exception {
    watcher.close();
    Shell.run(
        root,
        "git init -q -b main; git config user.email a@example.org; git config user.name a;"
            + " git config gc.auto 0; git config maintenance.auto false;"
            + " for d in $(seq 50); do mkdir d$d; for f in 1 2 3 4 5 6 7 8 9 10; do"
            + " echo $d.$f > d$d/f$f; done; done; git add -A; git commit -qm one;"
            + " git checkout -qb other; for f in d*/f*; do echo other >> $f; done;"
            + " git rm -qrf d50; mkdir new; echo new > new/f; git add -A; git commit -qm two;"
            + " git checkout -q main");
    watchAnew(WatchedFiles.under(root).debounce(Duration.ofMillis(500)));
    Shell.run(root, "git checkout -q other");
    var changes = recorder.next();
    assertThat(changes).hasSize(501).contains(created(root.resolve("new/f")));
    assertThat(changes)
        .filteredOn(change -> change.kind() == FileChange.Kind.MODIFIED)
        .hasSize(490);
    assertThat(changes).contains(deleted(root.resolve("d50/f1")));
    Shell.run(root, "git checkout -q main");
    assertThat(recorder.next()).hasSize(501);
    recorder.assertNothingElse(root);
  }

  @Test
  void aHalfWrittenArchiveIsWaitedFor() throws Exception {
    var whole = temp.resolve("whole.jar");
    Shell.run(
        temp, "printf class > A.class; python3 -m zipfile -c " + whole + " A.class; rm A.class");
    byte[] bytes = Files.readAllBytes(whole);
    var jar = root.resolve("app.jar");
    Files.write(jar, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    Files.writeString(root.resolve("f.txt"), "built too");
    // It is looked at, and found to be half written, before the rest comes: nothing is told.
    recorder.assertSilentFor(QUIET.multipliedBy(3));
    Files.write(jar, bytes);
    assertThat(recorder.next()).containsExactly(created(jar), modified(root.resolve("f.txt")));
  }

  @Test
  void anArchiveThatStaysBrokenHoldsBackTheOthersForAWhileOnly() throws Exception {
    watchAnew(
        WatchedFiles.under(root).debounce(Duration.ofMillis(20)).settle(Duration.ofMillis(100)));
    var jar = root.resolve("broken.jar");
    Files.writeString(jar, "no archive");
    var trouble = recorder.trouble();
    assertThat(trouble.kind()).isEqualTo(WatchTrouble.Kind.UNSETTLED);
    assertThat(trouble.path()).isEqualTo(jar);
    Files.writeString(root.resolve("f.txt"), "two");
    assertThat(recorder.next()).containsExactly(modified(root.resolve("f.txt")));
    Files.delete(jar);
    recorder.assertNothingElse(root);
  }

  @Test
  void anArchiveThatWasWholeAndBreaksAgainIsToldOfAgain() throws Exception {
    watchAnew(
        WatchedFiles.under(root).debounce(Duration.ofMillis(20)).settle(Duration.ofMillis(100)));
    var jar = root.resolve("broken.jar");
    for (int i = 0; i < 3; i++) {
      Files.writeString(jar, "no archive " + i);
      assertThat(recorder.trouble().kind()).isEqualTo(WatchTrouble.Kind.UNSETTLED);
      Shell.run(temp, "printf class%d > A; python3 -m zipfile -c tree/broken.jar A".formatted(i));
      assertThat(recorder.next()).hasSize(1);
    }
    assertThat(recorder.troubles).isEmpty();
  }

  @Test
  void changesThatNeverPauseAreToldAfterTheLongestWait() throws Exception {
    watchAnew(
        WatchedFiles.under(root).debounce(Duration.ofMillis(500)).maxWait(Duration.ofMillis(700)));
    var stop = new java.util.concurrent.atomic.AtomicBoolean();
    var writer =
        Thread.ofVirtual()
            .start(() -> {
              for (int i = 0; !stop.get(); i++) {
                try {
                  Files.writeString(root.resolve("f.txt"), "save " + i);
                } catch (java.io.IOException failed) {
                  throw new java.io.UncheckedIOException(failed);
                }
              }
            });
    try {
      assertThat(recorder.next()).containsExactly(modified(root.resolve("f.txt")));
    } finally {
      stop.set(true);
      writer.join();
    }
  }

  @Test
  void aConditionDecidesWhatIsAChange() throws Exception {
    watchAnew(
        WatchedFiles.under(root)
            .debounce(Duration.ofMillis(100))
            .when(change ->
                change.kind() != FileChange.Kind.CREATED
                    || change.path().getFileName().toString().startsWith("zzz")));
    Files.writeString(root.resolve("new.txt"), "x");
    Files.writeString(root.resolve("f.txt"), "two");
    assertThat(recorder.next()).containsExactly(modified(root.resolve("f.txt")));
    recorder.assertNothingElse(root);
  }
}
