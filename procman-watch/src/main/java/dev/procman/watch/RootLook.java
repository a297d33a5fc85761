package dev.procman.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/// Looks whether a root is there, and still the same.
final class RootLook {
  private final Watches watches;
  private final Rules rules;
  private final Visits visits;
  private final Forgetting forgetting;
  private final Troubles troubles;
  private final Hints hints;

  RootLook(
      Watches watches,
      Rules rules,
      Visits visits,
      Forgetting forgetting,
      Troubles troubles,
      Hints hints) {
    this.watches = watches;
    this.rules = rules;
    this.visits = visits;
    this.forgetting = forgetting;
    this.troubles = troubles;
    this.hints = hints;
  }

  /// @param deep whether to look at all that is in it, though it is the same directory as before
  void look(Root root, boolean deep) {
    watches.watchAbove(root);
    Optional<BasicFileAttributes> found;
    try {
      found = Optional.of(Files.readAttributes(root.path, BasicFileAttributes.class));
    } catch (IOException gone) {
      found = Optional.empty();
    }
    if (found.filter(BasicFileAttributes::isDirectory).isEmpty()) {
      forget(root);
      tellOfMissing(root, found.isPresent() ? "a directory" : "there");
      return;
    }
    troubles.over(WatchTrouble.Kind.MISSING_ROOT, root.path);
    var key = found.get().fileKey();
    var known = root.folder;
    if (known == null || !known.is(key)) {
      forget(root);
      var folder = new Folder(root.path, "", 0, rules.above(root.path), key, hints);
      root.folder = folder;
      visits.add(folder, false);
    } else if (rules.readAbove(known) || deep) {
      visits.add(known, true);
    }
  }

  private void tellOfMissing(Root root, String what) {
    troubles.tell(
        WatchTrouble.Kind.MISSING_ROOT,
        root.path,
        root.path + " is not " + what + "; waiting for it");
  }

  /// It is not there any more, if it was.
  void forget(Root root) {
    var known = root.folder;
    root.folder = null;
    if (known != null) {
      forgetting.gone(known);
    }
  }
}
