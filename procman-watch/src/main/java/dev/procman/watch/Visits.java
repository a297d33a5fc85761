package dev.procman.watch;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Which directories are to be read, each of them once in a round. A round answers hints that were
/// given before it began, so a directory that was read in it has nothing more to tell to any of
/// them. Without that, a chain of directories that is made while it is watched is read to its end
/// for each of its links.
final class Visits {
  private final Deque<Folder> queue = new ArrayDeque<>();
  private long round;

  /// What was read before may have to be read again.
  void beginRound() {
    round++;
  }

  /// @param deep whether the directories in it, which are known, are to be read too
  void add(Folder folder, boolean deep) {
    folder.deep |= deep;
    if (!folder.queued) {
      folder.queued = true;
      queue.add(folder);
    }
  }

  /// The next, which need not be read any more.
  @Nullable Folder poll() {
    var folder = queue.poll();
    if (folder != null) {
      folder.queued = false;
    }
    return folder;
  }

  /// Whether it is to be read now; then it counts as read in this round.
  boolean read(Folder folder) {
    boolean due = folder.readIn != round;
    folder.readIn = round;
    return due;
  }

  /// Whether the known directories in it are to be read now; then they count as such.
  boolean enter(Folder folder) {
    boolean due = folder.deep && folder.enteredIn != round;
    folder.deep = false;
    if (due) {
      folder.enteredIn = round;
    }
    return due;
  }
}
