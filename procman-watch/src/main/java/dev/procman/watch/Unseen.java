package dev.procman.watch;

import java.nio.file.Path;
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

  /// @param path the directory itself, or what lies in it
  void add(Folder folder, Path path, Exception why) {
    folders.add(folder);
    troubles.tell(WatchTrouble.Kind.UNREADABLE, path, path + " cannot be read: " + why);
  }

  void remove(Folder folder) {
    folders.remove(folder);
  }

  List<Folder> all() {
    return List.copyOf(folders);
  }
}
