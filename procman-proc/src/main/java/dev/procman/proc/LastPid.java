package dev.procman.proc;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The last field of `/proc/loadavg` (proc(5)). It is asked for at each end of a process, on the
/// way of the news, so the file stays open and is read again from its beginning. Not a channel,
/// which the interrupt of one reader would close for all.
final class LastPid {
  private static final String FILE = "/proc/loadavg";
  private static final int TRIES = 3;
  private static final byte[] BYTES = new byte[128];
  private static @Nullable RandomAccessFile open;
  private static @Nullable Boolean trusted;

  private LastPid() {}

  /// Empty when it cannot be read, or does not tell what is said of it.
  static synchronized OptionalLong read() {
    if (trusted == null) {
      trusted = countsThreadsOfThisJvm();
    }
    return trusted ? readFile() : OptionalLong.empty();
  }

  private static OptionalLong readFile() {
    try {
      var file = open;
      if (file == null) {
        file = new RandomAccessFile(FILE, "r");
        open = file;
      }
      file.seek(0);
      return parse(file.read(BYTES));
    } catch (IOException unreadable) {
      forget();
      return OptionalLong.empty();
    }
  }

  /// In a container the file may be one of FUSE (lxcfs), which tells the ids of the machine, or
  /// those of some seconds ago. A new thread's must be the next.
  private static boolean countsThreadsOfThisJvm() {
    for (int i = 0; i < TRIES; i++) {
      long before = readFile().orElse(Long.MAX_VALUE);
      var id = new CompletableFuture<Long>();
      Thread.ofPlatform().name("procman-id").daemon().start(() -> id.complete(ownId()));
      long own = id.join();
      if (before < own && own <= readFile().orElse(-1)) {
        return true;
      }
      // Or the ids have just begun anew.
    }
    return false;
  }

  private static long ownId() {
    try {
      return Long.parseLong(Path.of("/proc/thread-self").toRealPath().getFileName().toString());
    } catch (IOException unknown) {
      return -1;
    }
  }

  /// A file of FUSE is never read again once its server was started anew, unless it is opened
  /// again.
  private static void forget() {
    var file = open;
    open = null;
    if (file != null) {
      try {
        file.close();
      } catch (IOException gone) {
        // As it should be.
      }
    }
  }

  private static OptionalLong parse(int length) {
    if (length <= 0) {
      return OptionalLong.empty();
    }
    var text = new String(BYTES, 0, length, StandardCharsets.ISO_8859_1).strip();
    return OptionalLong.of(Long.parseLong(text.substring(text.lastIndexOf(' ') + 1)));
  }
}
