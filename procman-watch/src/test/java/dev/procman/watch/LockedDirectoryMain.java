package dev.procman.watch;

import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/// A program that may not read every directory, whoever runs it: see [LockedDirectoryTest].
final class LockedDirectoryMain {
  private LockedDirectoryMain() {}

  public static void main(String[] args) throws Exception {
    var root = Path.of(args[0]);
    var locked = Files.createDirectories(root.resolve("locked"));
    Files.writeString(locked.resolve("inside"), "x");
    chmod(locked, "---------");
    for (int i = 0; i < 20; i++) {
      Files.writeString(root.resolve("f" + i), "x");
    }
    var unreadable = root.resolve("f0");
    chmod(unreadable, "---------");
    var recorder = new Recorder();
    try (var _ =
        FileWatcher.start(WatchedFiles.under(root).debounce(Duration.ofMillis(50)), recorder)) {
      var trouble = recorder.trouble();
      System.out.println(trouble.kind() + " " + root.relativize(trouble.path()));
      // Those beside a file that may not be read are known by their content: a touch is none.
      for (int i = 1; i < 20; i++) {
        Files.setLastModifiedTime(root.resolve("f" + i), FileTime.fromMillis(i));
      }
      Files.writeString(root.resolve("beside"), "x");
      print(root, recorder);
      chmod(locked, "rwx------");
      print(root, recorder);
      Files.writeString(locked.resolve("inside"), "y");
      print(root, recorder);
      // What lies in a directory that becomes unreadable is not gone, and changes nevertheless.
      var deep = Files.createDirectory(locked.resolve("deep"));
      Files.writeString(deep.resolve("file"), "x");
      print(root, recorder);
      var inside =
          new ProcessBuilder("sh", "-c", "read go; printf yy > file")
              .directory(deep.toFile())
              .start();
      chmod(locked, "---------");
      inside.getOutputStream().close();
      inside.waitFor();
      Files.writeString(root.resolve("beside"), "deep");
      print(root, recorder);
      chmod(locked, "rwx------");
      print(root, recorder);
      // Nor is it itself.
      chmod(locked, "---------");
      Files.writeString(root.resolve("beside"), "y");
      print(root, recorder);
    } finally {
      chmod(locked, "rwx------");
    }
    pollLocked(root.resolve("locked"));
  }

  /// What may be listed and not looked at is one trouble, told once however often it is looked for;
  /// so is what may not even be listed, and again when it has been over.
  private static void pollLocked(Path locked) throws Exception {
    Shell.run(locked, "rm -r deep; echo x > other");
    var recorder = new Recorder();
    var files = WatchedFiles.under(locked).mode(WatchMode.POLLING).poll(Duration.ofMillis(10));
    chmod(locked, "r--------");
    try (var watcher = FileWatcher.start(files.debounce(Duration.ofMillis(50)), recorder)) {
      awaitReadings(watcher);
      chmod(locked, "rwx------");
      print(locked, recorder);
      for (int i = 0; i < 2; i++) {
        chmod(locked, "---------");
        awaitReadings(watcher);
        chmod(locked, "rwx------");
        Files.writeString(locked.resolve("inside"), "again " + i);
        print(locked, recorder);
      }
      recorder.troubles.forEach(
          trouble -> System.out.println(trouble.kind() + " " + trouble.path().getFileName()));
    } finally {
      chmod(locked, "rwx------");
    }
  }

  private static void awaitReadings(FileWatcher watcher) {
    long before = watcher.reads();
    await().atMost(Recorder.LIMIT).until(() -> watcher.reads() > before + 5);
  }

  private static void chmod(Path directory, String permissions) throws java.io.IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(permissions));
  }

  private static void print(Path root, Recorder recorder) throws InterruptedException {
    for (var change : recorder.next()) {
      System.out.println(change.kind() + " " + root.relativize(change.path()));
    }
  }
}
