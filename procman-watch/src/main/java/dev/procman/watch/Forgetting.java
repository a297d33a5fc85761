package dev.procman.watch;

import java.nio.file.Path;
import java.util.function.BiConsumer;

/// Takes directories out of the tree, with all that was known below them.
final class Forgetting {
  private final Pending pending;
  private final Watches watches;
  private final Links links;
  private final Unseen unseen;

  Forgetting(Pending pending, Watches watches, Links links, Unseen unseen) {
    this.pending = pending;
    this.watches = watches;
    this.links = links;
    this.unseen = unseen;
  }

  /// One that is gone.
  void gone(Folder top) {
    forget(top, pending::note);
  }

  /// One that is left out from now on.
  void excluded(Folder top) {
    forget(top, pending::hide);
  }

  private void forget(Folder top, BiConsumer<Path, Entry> files) {
    for (var folder : top.withAllBelow()) {
      folder.dropped = true;
      unseen.over(folder);
      links.removeAll(folder);
      watches.release(folder);
      folder.files.forEach((name, entry) -> files.accept(folder.path.resolve(name), entry));
    }
  }
}
