package dev.procman.junit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The files of one process that may be reused; whoever has them has the process. Locked until
/// closed.
final class KeptFiles implements AutoCloseable {
  private static final String LOCK = ".lock";

  private final Path directory;
  private final String name;
  private final FileChannel lock;

  private KeptFiles(Path directory, String name, FileChannel lock) {
    this.directory = directory;
    this.name = name;
    this.lock = lock;
  }

  /// Takes them; empty while another run has them.
  static Optional<KeptFiles> take(Path directory, String name) throws IOException {
    var channel =
        FileChannel.open(
            directory.resolve(name + LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return Optional.of(new KeptFiles(directory, name, channel));
      }
    } catch (OverlappingFileLockException ofThisJvm) {
      // Taken, too.
    }
    channel.close();
    return Optional.empty();
  }

  /// Those of a family, but for one, that nobody has.
  static List<KeptFiles> takeOthers(Path directory, ReuseKey key) throws IOException {
    List<String> names;
    try (Stream<Path> files = Files.list(directory)) {
      names =
          files
              .map(file -> file.getFileName().toString())
              .filter(file -> file.startsWith(key.family()) && file.endsWith(LOCK))
              .map(file -> file.substring(0, file.length() - LOCK.length()))
              .filter(file -> !file.equals(key.toString()))
              .toList();
    }
    var others = new ArrayList<KeptFiles>();
    for (String name : names) {
      take(directory, name).ifPresent(others::add);
    }
    return others;
  }

  /// What is written down of the process.
  Path record() {
    return directory.resolve(name + ".process");
  }

  /// What it prints.
  Path output() {
    return directory.resolve(name + ".out");
  }

  /// Its directory of that name; its user may be another than this one, so that it lies where all
  /// may go.
  Path data(String of) throws IOException {
    var link = directory.resolve(name + ".data-" + of);
    if (Files.isDirectory(link)) {
      return link.toRealPath();
    }
    Files.deleteIfExists(link);
    var made = Files.createTempDirectory("procman-kept-");
    return Files.createSymbolicLink(link, made).toRealPath();
  }

  /// Ends what runs and deletes what it has left.
  void clear() throws IOException, InterruptedException {
    var kept = KeptProcess.read(record());
    if (kept.isPresent()) {
      kept.get().end();
    }
    Files.deleteIfExists(record());
    Files.deleteIfExists(output());
    List<Path> links;
    try (Stream<Path> files = Files.list(directory)) {
      links =
          files.filter(file -> file.getFileName().toString().startsWith(name + ".data-")).toList();
    }
    for (var link : links) {
      if (Files.isDirectory(link)) {
        delete(link.toRealPath());
      }
      Files.delete(link);
    }
  }

  private static void delete(Path tree) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(tree)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (var file : all) {
      Files.delete(file);
    }
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
