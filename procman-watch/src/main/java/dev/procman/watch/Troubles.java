package dev.procman.watch;

import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/// Tells of what keeps the watch from seeing all, once until it is over.
final class Troubles {
  private static final int MOST = 1000;

  private record Trouble(WatchTrouble.Kind kind, Path path) {}

  private final Consumer<WatchTrouble> listener;

  /// Those that are not over.
  private final Set<Trouble> told = new HashSet<>();

  Troubles(Consumer<WatchTrouble> listener) {
    this.listener = listener;
  }

  void tell(WatchTrouble.Kind kind, Path path, String message) {
    if (told.size() < MOST && told.add(new Trouble(kind, path))) {
      listener.accept(new WatchTrouble(kind, path, message));
    }
  }

  void over(WatchTrouble.Kind kind, Path path) {
    told.remove(new Trouble(kind, path));
  }

  /// All others of that kind are over.
  void left(WatchTrouble.Kind kind, Collection<Path> paths) {
    told.removeIf(trouble -> trouble.kind == kind && !paths.contains(trouble.path));
  }
}
