package dev.procman.core.output;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Compresses the rotated files of one log file, in the background. A file stays as it is until its
/// compressed copy is whole; one that a dead JVM left uncompressed is compressed after the next
/// rotation.
///
/// While it is read, a file may be renamed by further rotations. It is known by its key, its lock
/// keeps other JVMs from compressing it too and waits for a writer that has not seen yet that it
/// was rotated; and it is replaced in a turn of the log file, in which nothing is rotated.
final class Compression {
  private static final Logger log = LoggerFactory.getLogger(Compression.class);
  private static final long PATIENCE = Duration.ofSeconds(1).toNanos();
  private static final long PAUSE = Duration.ofMillis(1).toNanos();

  /// One for all, on a platform thread: compressing would keep virtual threads off their carrier.
  private static final ThreadPoolExecutor WORKER = worker();

  private final FileAppender file;
  private final AtomicBoolean pending = new AtomicBoolean();

  Compression(FileAppender file) {
    this.file = file;
  }

  @SuppressWarnings("ThreadPriorityCheck") // what is compressed later is no worse
  private static ThreadPoolExecutor worker() {
    var threads =
        Thread.ofPlatform()
            .daemon()
            .priority(Thread.MIN_PRIORITY)
            .name("procman-compress")
            .factory();
    var worker =
        new ThreadPoolExecutor(1, 1, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
    worker.allowCoreThreadTimeOut(true);
    return worker;
  }

  /// A file was rotated. Returns at once.
  void start() {
    if (pending.compareAndSet(false, true)) {
      WORKER.execute(() -> {
        pending.set(false);
        run();
      });
    }
  }

  private void run() {
    try {
      for (var rotated : FileRotation.uncompressed(file.path())) {
        compress(rotated);
      }
    } catch (IOException | RuntimeException failed) {
      log.atWarn()
          .addKeyValue("file", file.path())
          .setCause(failed)
          .log(
              "failed to compress rotated log files; they are tried again after the next rotation");
    }
  }

  private void compress(Path rotated) throws IOException {
    if (!Files.isRegularFile(rotated, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    var key = FileRotation.key(rotated);
    try (var source =
        FileChannel.open(
            rotated,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS)) {
      if (!isLocked(source) || !Objects.equals(key, FileRotation.key(rotated))) {
        return; // another JVM is at it, or it has moved on: the next time
      }
      var fresh =
          rotated.resolveSibling("." + file.path().getFileName() + "." + name(key) + ".gz-new");
      try {
        copy(source, rotated, fresh);
        file.exclusively(() -> replace(rotated, key, fresh));
      } finally {
        Files.deleteIfExists(fresh);
      }
    }
  }

  /// A writer that has it open still is at its last lines.
  private static boolean isLocked(FileChannel source) throws IOException {
    long deadline = System.nanoTime() + PATIENCE;
    while (System.nanoTime() < deadline) {
      try {
        if (source.tryLock() != null) {
          return true;
        }
      } catch (OverlappingFileLockException otherClassLoader) {
        // As if it were another JVM.
      }
      LockSupport.parkNanos(PAUSE);
    }
    return false;
  }

  private static String name(Object key) {
    return Integer.toHexString(key.hashCode());
  }

  private static void copy(FileChannel source, Path rotated, Path fresh) throws IOException {
    Files.deleteIfExists(fresh);
    Files.createFile(fresh, FileOwner.onlyForThisUser(fresh));
    try (InputStream in = Channels.newInputStream(source);
        OutputStream out =
            new GZIPOutputStream(Files.newOutputStream(fresh, StandardOpenOption.WRITE), 65536)) {
      in.transferTo(out);
    }
    var from = view(rotated);
    var to = view(fresh);
    if (from != null && to != null) {
      var attributes = from.readAttributes();
      if (!attributes.owner().equals(to.readAttributes().owner())) {
        to.setOwner(attributes.owner());
      }
      if (!attributes.group().equals(to.readAttributes().group())) {
        to.setGroup(attributes.group());
      }
      to.setPermissions(attributes.permissions());
    }
    Files.setLastModifiedTime(fresh, Files.getLastModifiedTime(rotated, LinkOption.NOFOLLOW_LINKS));
  }

  private static @Nullable PosixFileAttributeView view(Path path) {
    return Files.getFileAttributeView(
        path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
  }

  private void replace(Path rotated, Object key, Path fresh) throws IOException {
    var now = FileRotation.find(file.path(), rotated, key);
    if (now.isPresent()) {
      Files.move(fresh, FileRotation.compressedOf(now.get()), StandardCopyOption.REPLACE_EXISTING);
      Files.delete(now.get());
    }
  }
}
