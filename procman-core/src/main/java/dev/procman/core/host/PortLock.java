package dev.procman.core.host;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The lock of one port: on a small file, which the operating system gives back when the JVM dies.
/// Guarded by its [PortLeases].
final class PortLock implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PortLock.class);
  private static final int ATTEMPTS = 5;

  private final String name;
  private Held held;

  /// @param key of the file, see [OwnDirectory#key]
  private record Held(Path file, FileChannel channel, Object key) {}

  private PortLock(String name, Held held) {
    this.name = name;
    this.held = held;
  }

  /// Takes it.
  ///
  /// @return null when it is taken, by this JVM or another
  static @Nullable PortLock take(StateDirectory directory, int port) throws IOException {
    String name = port + ".lock";
    try (var ports = directory.openPorts()) {
      var file = ports.path().resolve(name);
      if (!HeldFiles.claim(file)) {
        return null;
      }
      Held held = null;
      try {
        held = open(ports, name);
        return held == null ? null : new PortLock(name, held);
      } finally {
        if (held == null) {
          HeldFiles.release(file);
        }
      }
    }
  }

  /// @return null when another holds it
  private static @Nullable Held open(OwnDirectory ports, String name) throws IOException {
    var file = ports.path().resolve(name);
    for (int i = 0; i < ATTEMPTS; i++) {
      if (!isClear(ports, name)) {
        return null;
      }
      var channel = HeldFiles.lock(file, () -> ports.open(name, StandardOpenOption.CREATE));
      if (channel == null) {
        return null;
      }
      try {
        return new Held(file, channel, OwnDirectory.key(file));
      } catch (NoSuchFileException deletedMeanwhile) {
        HeldFiles.closeQuietly(channel);
      } catch (IOException failed) {
        HeldFiles.closeQuietly(channel);
        throw failed;
      }
    }
    throw new IOException(file + " is deleted again and again");
  }

  /// Deletes what no procman of this user has made: a link, a FIFO, another user's file.
  private static boolean isClear(OwnDirectory ports, String name) {
    var file = ports.path().resolve(name);
    try {
      var strange = ports.strangeness(name);
      if (strange.isPresent()) {
        log.atWarn()
            .addKeyValue("file", file)
            .log("deleting the lock file of a port, since it {}", strange.get());
        TreeDeleter.delete(file);
      }
      return true;
    } catch (NoSuchFileException none) {
      return true;
    } catch (IOException stays) {
      log.atWarn().addKeyValue("file", file).setCause(stays).log("cannot be deleted");
      return false;
    }
  }

  Path file() {
    return held.file();
  }

  /// Whether the name still leads to what is locked.
  boolean isSound() {
    return OwnDirectory.leadsTo(held.file(), held.key());
  }

  /// Takes the lock under its name again; the present one stays until that is done.
  ///
  /// @return false when another has it now
  boolean renew(StateDirectory directory) throws IOException {
    try (var ports = directory.openPorts()) {
      var before = held;
      var file = ports.path().resolve(name);
      boolean moves = !file.equals(before.file());
      if (moves && !HeldFiles.claim(file)) {
        return false;
      }
      Held fresh = null;
      try {
        fresh = open(ports, name);
      } finally {
        if (fresh == null && moves) {
          HeldFiles.release(file);
        }
      }
      if (fresh == null) {
        return false;
      }
      held = fresh;
      HeldFiles.closeQuietly(before.channel());
      if (moves) {
        HeldFiles.release(before.file());
      }
      return true;
    }
  }

  @Override
  public void close() {
    HeldFiles.closeQuietly(held.channel());
    HeldFiles.release(held.file());
  }
}
