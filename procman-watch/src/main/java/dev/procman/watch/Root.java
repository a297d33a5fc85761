package dev.procman.watch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The top of a tree.
final class Root {
  final Path path;
  final List<Anchor> anchors = new ArrayList<>();

  @Nullable Folder folder;

  /// Not all that decides whether it is there can be watched, so it is looked at again and again.
  boolean blind;

  Root(Path path, Hints hints) {
    this.path = path;
    Path at = path.getRoot();
    for (Path name : path) {
      if (at != null) {
        anchors.add(new Anchor(this, at, name, hints));
        at = at.resolve(name);
      }
    }
  }
}
