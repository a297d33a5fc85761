package dev.procman.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Ten thousand random operations as fast as they go, while a watcher tells of them; whoever has
/// only followed what it told has the same tree as the disk at the end. Each seed is printed with
/// the test's name; a new one is drawn at each run beside those that are fixed.
class RandomOperationsTest {
  private static final int OPERATIONS = 10_000;

  @TempDir Path temp;

  static List<Long> seeds() {
    return List.of(1L, 20261123L, System.nanoTime());
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void theWatchersViewEqualsTheDiskInTheEnd(long seed) throws Exception {
    System.out.println("random operations, seed " + seed);
    var root = Files.createDirectory(temp.resolve("tree"));
    var play = new Play(root, new Random(seed));
    for (int i = 0; i < 300; i++) {
      play.operate();
    }
    // The first copy is taken from the disk, and afterwards only what is told is looked at.
    var copy = new Copy(contents(root));
    var told = new java.util.concurrent.ConcurrentLinkedQueue<FileChange>();
    try (var watcher =
        FileWatcher.start(
            WatchedFiles.under(root)
                .withNoise()
                .mode(WatchMode.NATIVE)
                .debounce(Duration.ofMillis(5))
                .maxWait(Duration.ofMillis(50)),
            changes -> {
              for (var change : changes) {
                told.add(change);
                copy.apply(change);
              }
            })) {
      for (int i = 0; i < OPERATIONS; i++) {
        play.operate();
      }
      var disk = contents(root);
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> {
            assertThat(watcher.files()).as("seed %d", seed).isEqualTo(disk.keySet());
            assertThat(copy.contents()).as("seed %d", seed).isEqualTo(disk);
          });
    }
    assertThat(told).isNotEmpty();
  }

  /// Somebody who has only what is told, and reads what is told to be there.
  private static final class Copy {
    private final Map<Path, String> files;

    /// Told to be there, and not found just then: one that is back as it was is told of no more, so
    /// that they are to be looked for again.
    private final Set<Path> owed = new HashSet<>();

    Copy(Map<Path, String> files) {
      this.files = files;
    }

    synchronized void apply(FileChange change) {
      files.remove(change.path());
      owed.remove(change.path());
      // One that is told to be gone is, even if the next of its name is there already: that comes.
      if (change.kind() != FileChange.Kind.DELETED) {
        read(change.path());
      }
    }

    private void read(Path path) {
      try {
        files.put(path, Files.readString(path, StandardCharsets.ISO_8859_1));
      } catch (IOException goneAgain) {
        owed.add(path);
      }
    }

    synchronized Map<Path, String> contents() {
      var again = List.copyOf(owed);
      owed.clear();
      again.forEach(this::read);
      return Map.copyOf(files);
    }
  }

  private static Map<Path, String> contents(Path root) throws IOException {
    var all = new TreeMap<Path, String>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            all.put(file, Files.readString(file, StandardCharsets.ISO_8859_1));
            return FileVisitResult.CONTINUE;
          }
        });
    return all;
  }

  /// Somebody who works on the tree.
  private static final class Play {
    private final Path root;
    private final Random random;
    private final List<Path> directories = new ArrayList<>();
    private final Map<Path, Boolean> files = new HashMap<>();
    private int count;

    Play(Path root, Random random) {
      this.root = root;
      this.random = random;
      directories.add(root);
    }

    void operate() throws IOException {
      switch (random.nextInt(21)) {
        case 0, 1 -> makeDirectory();
        case 2 -> moveDirectory();
        case 3 -> deleteDirectory();
        case 4, 5 -> delete();
        case 6, 7 -> move();
        case 8, 9, 10 -> replace();
        case 11, 12, 13 -> create();
        case 14 -> takeOutAndBack();
        default -> write();
      }
    }

    private Path directory() {
      return directories.get(random.nextInt(directories.size()));
    }

    private Path file() throws IOException {
      if (files.isEmpty()) {
        create();
      }
      var all = List.copyOf(files.keySet());
      return all.get(random.nextInt(all.size()));
    }

    private String content() {
      return "content " + (random.nextInt(900_000) + 100_000);
    }

    private void makeDirectory() throws IOException {
      var made = directory().resolve("d" + random.nextInt(30));
      boolean free = !files.containsKey(made) && !directories.contains(made);
      if (free && made.getNameCount() - root.getNameCount() < 8 && directories.size() < 200) {
        Files.createDirectory(made);
        directories.add(made);
      }
    }

    private void moveDirectory() throws IOException {
      var from = directory();
      var to = directory().resolve("m" + random.nextInt(30));
      boolean free = !files.containsKey(to) && !directories.contains(to);
      if (from.equals(root) || to.startsWith(from) || !free) {
        return;
      }
      Files.move(from, to);
      rename(from, to);
    }

    /// What is changed elsewhere is not noticed; only that the directory went and came.
    private void takeOutAndBack() throws IOException {
      var top = directory();
      if (top.equals(root)) {
        return;
      }
      var elsewhere = root.resolveSibling("elsewhere");
      Files.move(top, elsewhere);
      var below = files.keySet().stream().filter(path -> path.startsWith(top)).findFirst();
      if (below.isPresent()) {
        Files.writeString(elsewhere.resolve(top.relativize(below.get())), content());
      }
      Files.move(elsewhere, top);
    }

    private void rename(Path from, Path to) {
      directories.replaceAll(path -> moved(path, from, to));
      for (var path : List.copyOf(files.keySet())) {
        if (path.startsWith(from)) {
          files.remove(path);
          files.put(moved(path, from, to), true);
        }
      }
    }

    private static Path moved(Path path, Path from, Path to) {
      return path.startsWith(from) ? to.resolve(from.relativize(path)) : path;
    }

    private void deleteDirectory() throws IOException {
      var top = directory();
      long below = directories.stream().filter(path -> path.startsWith(top)).count();
      if (top.equals(root) || below > 10) {
        return;
      }
      try (var all = Files.walk(top)) {
        for (var path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
      directories.removeIf(path -> path.startsWith(top));
      files.keySet().removeIf(path -> path.startsWith(top));
    }

    private void create() throws IOException {
      var made = directory().resolve("f" + count++ % 400);
      if (!directories.contains(made)) {
        Files.writeString(made, content());
        files.put(made, true);
      }
    }

    private void write() throws IOException {
      Files.writeString(file(), content(), StandardOpenOption.WRITE);
    }

    private void replace() throws IOException {
      var file = file();
      var beside = file.resolveSibling(file.getFileName() + ".new");
      Files.writeString(beside, content());
      Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private void move() throws IOException {
      var from = file();
      var to = directory().resolve("f" + random.nextInt(400));
      if (!directories.contains(to)) {
        Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        files.remove(from);
        files.put(to, true);
      }
    }

    private void delete() throws IOException {
      var file = file();
      Files.delete(file);
      files.remove(file);
    }
  }
}
