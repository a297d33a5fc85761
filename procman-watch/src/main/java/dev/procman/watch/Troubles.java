package dev.procman.watch;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/// Tells of what keeps the watch from seeing all, once for each path until it is over.
final class Troubles {
  private static final int MOST = 1000;

  private final Consumer<WatchTrouble> listener;
  private final Set<Path> told = new HashSet<>();

  Troubles(Consumer<WatchTrouble> listener) {
    this.listener = listener;
  }

  void tell(WatchTrouble.Kind kind, Path path, String message) {
    if (told.size() < MOST && told.add(path)) {
      listener.accept(new WatchTrouble(kind, path, message));
    }
  }

  void over(Path path) {
    told.remove(path);
  }
}
