package dev.procman.core.host;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The files that this JVM holds a lock on. POSIX gives back *all* locks of a process on a file as
/// soon as it closes *any* descriptor of it (fcntl(2)), so a file that is held must not be opened
/// again, by whichever copy of procman: an application server has one for each application, each
/// with statics of its own. All copies know it by a system property for each held file.
/// Thread-safe.
final class HeldFiles {
  private static final String PREFIX = "procman.held:";

  /// Of this copy.
  private static final String COPY = UUID.randomUUID().toString();

  /// Also known when a test framework puts back older system properties.
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  /// Opened although another copy, which does not know this register, has locked them. Closing them
  /// would give back that lock.
  private static final Map<Path, Kept> KEPT_OPEN = new ConcurrentHashMap<>();

  private HeldFiles() {}

  /// @param key of the file that the name led to
  private record Kept(FileChannel channel, Object key) {}

  /// Opens a file.
  interface Opening {
    /// Opens it to be read and written.
    FileChannel open() throws IOException;
  }

  /// Reserves a file for the caller, who may open it then.
  ///
  /// @return false when it is reserved already in this JVM
  static boolean claim(Path file) {
    if (!OWN.add(file)) {
      return false;
    }
    var holder = System.getProperties().putIfAbsent(PREFIX + file, COPY);
    if (holder == null || holder.equals(COPY)) {
      return true;
    }
    OWN.remove(file);
    return false;
  }

  /// Takes a reservation back; its channel must be closed by now.
  static void release(Path file) {
    var _ = System.getProperties().remove(PREFIX + file, COPY);
    OWN.remove(file);
  }

  /// Opens and locks a file that the caller has claimed.
  ///
  /// @return null when another JVM, or another copy that does not know the claims, holds it
  static @Nullable FileChannel lock(Path file, Opening opening) throws IOException {
    var channel = keptOpen(file);
    if (channel == null) {
      channel = opening.open();
    }
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
    } catch (OverlappingFileLockException heldByAnotherCopy) {
      KEPT_OPEN.put(file, new Kept(channel, OwnDirectory.key(file)));
      return null;
    } catch (IOException failed) {
      closeQuietly(channel);
      throw failed;
    }
    closeQuietly(channel);
    return null;
  }

  private static @Nullable FileChannel keptOpen(Path file) {
    var kept = KEPT_OPEN.remove(file);
    if (kept == null || OwnDirectory.leadsTo(file, kept.key())) {
      return kept == null ? null : kept.channel();
    }
    // Nobody can reach that file any more, nor needs its lock.
    closeQuietly(kept.channel());
    return null;
  }

  static void closeQuietly(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException notGivenBack) {
      // The lock is gone with this JVM at the latest, and until then keeps only others away.
    }
  }
}
