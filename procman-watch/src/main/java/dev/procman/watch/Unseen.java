package dev.procman.watch;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Directories in which something could not be seen: who may read what is above them decides too.
final class Unseen {
  private final Troubles troubles;
  private final Set<Folder> folders = new HashSet<>();

  Unseen(Troubles troubles) {
    this.troubles = troubles;
  }

  void add(Folder folder, Exception why) {
    folders.add(folder);
    troubles.tell(
        WatchTrouble.Kind.UNREADABLE, folder.path, folder.path + " cannot be read: " + why);
  }

  boolean contains(Folder folder) {
    return folders.contains(folder);
  }

  /// It is about to be read again, and has not been yet.
  void retry(Folder folder) {
    folders.remove(folder);
  }

  /// All that is in it was seen, or it is gone.
  void over(Folder folder) {
    folders.remove(folder);
    troubles.over(WatchTrouble.Kind.UNREADABLE, folder.path);
  }

  List<Folder> all() {
    return List.copyOf(folders);
  }
}
