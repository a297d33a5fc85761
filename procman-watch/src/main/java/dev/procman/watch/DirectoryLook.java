package dev.procman.watch;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Compares a directory that is there with what was known of it, and has it read where that is
/// needed.
final class DirectoryLook {
  private final boolean linksFollowed;
  private final Filter filter;
  private final Visits visits;
  private final Forgetting forgetting;
  private final Hints hints;

  DirectoryLook(
      boolean linksFollowed, Filter filter, Visits visits, Forgetting forgetting, Hints hints) {
    this.linksFollowed = linksFollowed;
    this.filter = filter;
    this.visits = visits;
    this.forgetting = forgetting;
    this.hints = hints;
  }

  /// @param deep whether one that is the same as before is to be read to its ends
  void look(Folder folder, Path name, @Nullable Object key, boolean deep) {
    var path = folder.path.resolve(name);
    if (!isWanted(folder, name, path, key)) {
      var excluded = folder.folders.remove(name);
      if (excluded != null) {
        forgetting.excluded(excluded);
      }
      return;
    }
    var known = folder.folders.get(name);
    if (known != null && known.is(key)) {
      if (deep) {
        visits.add(known, true);
      }
      return;
    }
    forget(folder, name);
    var fresh = new Folder(path, folder.relative(name) + "/", folder.level + 1, folder, key, hints);
    folder.folders.put(name, fresh);
    visits.add(fresh, false);
  }

  private boolean isWanted(Folder folder, Path name, Path path, @Nullable Object key) {
    return filter.entersDirectory(path, folder.relative(name), name.toString(), folder.level + 1)
        && !folder.ignores(name, true)
        && !leadsBack(folder, key);
  }

  /// A linked directory may be one that it lies in.
  private boolean leadsBack(Folder folder, @Nullable Object key) {
    if (!linksFollowed || key == null) {
      return false;
    }
    for (Folder at = folder; at != null; at = at.parent) {
      if (key.equals(at.key)) {
        return true;
      }
    }
    return false;
  }

  /// It is no directory any more, if it was one.
  void forget(Folder folder, Path name) {
    var known = folder.folders.remove(name);
    if (known != null) {
      forgetting.gone(known);
    }
  }
}
