package dev.procman.watch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads the `.gitignore` files of directories, where they are honoured.
final class Rules {
  private final boolean honoured;
  private final Visits visits;
  private final Hints hints;

  Rules(boolean honoured, Visits visits, Hints hints) {
    this.honoured = honoured;
    this.visits = visits;
    this.hints = hints;
  }

  /// Those of one directory.
  ///
  /// @return whether there are others than before, so that all below is to be read by them
  boolean read(Folder folder) {
    if (!honoured) {
      return false;
    }
    var rules = GitIgnore.in(folder.path);
    boolean others =
        folder.ignores.filter(before -> !before.text().equals(rules.text())).isPresent();
    folder.ignores = Optional.of(rules);
    if (others) {
      // What was read in this one was read by the old rules.
      visits.beginRound();
    }
    return others;
  }

  /// Those above the directory of a root.
  ///
  /// @return whether there are others than before
  boolean readAbove(Folder folder) {
    boolean others = false;
    for (Folder at = folder.parent; at != null; at = at.parent) {
      others |= read(at);
    }
    return others;
  }

  /// The directories above a root that lies within a working tree of Git, the nearest.
  @Nullable Folder above(Path root) {
    var chain = new ArrayList<Path>();
    for (Path at = root; at != null && honoured; at = at.getParent()) {
      if (Files.exists(at.resolve(".git"))) {
        Folder above = null;
        for (Path directory : chain.reversed()) {
          var parent = Objects.requireNonNull(directory.getParent());
          above = new Folder(parent, "", -1, above, null, hints);
          above.ignores = Optional.of(GitIgnore.in(parent));
        }
        return above;
      }
      chain.add(at);
    }
    return null;
  }
}
