package dev.procman.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Subscribes directories to the operating system's notices, where there are any, and knows which
/// it could not.
final class Watches {
  private final boolean notices;
  private final Troubles troubles;

  /// Some directory cannot be watched, so all are looked at again and again.
  private boolean polled;

  private boolean starting = true;
  private @Nullable WatchLimitException refused;

  Watches(boolean notices, Troubles troubles) {
    this.notices = notices;
    this.polled = !notices;
    this.troubles = troubles;
  }

  boolean isPolled() {
    return polled;
  }

  /// Whether the first look has come to an end at a limit.
  boolean isRefused() {
    return starting && refused != null;
  }

  /// The first look is over; a limit is trouble from now on.
  ///
  /// @throws WatchLimitException when it has met one
  void begun() throws WatchLimitException {
    if (refused != null) {
      throw refused;
    }
    starting = false;
  }

  void watch(Folder folder) throws IOException {
    if (!notices) {
      return;
    }
    try {
      Notices.shared().subscribe(folder.path, folder);
    } catch (WatchLimitException limit) {
      limited(limit);
    }
  }

  void watchAbove(Root root) {
    if (!notices) {
      return;
    }
    root.blind = isLinked(root.path);
    for (var anchor : root.anchors) {
      try {
        Notices.shared().subscribe(anchor.directory, anchor);
      } catch (NoSuchFileException | NotDirectoryException notThereYet) {
        return;
      } catch (WatchLimitException limit) {
        limited(limit);
      } catch (IOException unreadable) {
        root.blind = true;
      }
    }
  }

  /// What a link leads to may go and come without a notice from above the link.
  private static boolean isLinked(Path root) {
    for (Path at = root; at != null; at = at.getParent()) {
      if (Files.isSymbolicLink(at)) {
        return true;
      }
    }
    return false;
  }

  private void limited(WatchLimitException limit) {
    polled = true;
    refused = limit;
    if (starting) {
      return;
    }
    troubles.tell(
        WatchTrouble.Kind.LIMIT,
        Path.of("/proc/sys/fs/inotify"),
        String.valueOf(limit.getMessage()));
  }

  void release(Folder folder) {
    if (notices) {
      Notices.shared().unsubscribe(folder);
    }
  }

  void releaseAbove(Root root) {
    if (notices) {
      root.anchors.forEach(Notices.shared()::unsubscribe);
    }
  }
}
