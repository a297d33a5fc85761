package dev.procman.watch;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/// The links that are followed. What they lead to may change without a notice in the directories
/// they lie in, so they are looked at again and again.
final class Links {
  private final Map<Folder, Set<Path>> names = new HashMap<>();

  boolean isEmpty() {
    return names.isEmpty();
  }

  void add(Folder folder, Path name) {
    names.computeIfAbsent(folder, _ -> new HashSet<>(2)).add(name);
  }

  void remove(Folder folder, Path name) {
    names.computeIfPresent(
        folder,
        (_, some) -> {
          some.remove(name);
          return some.isEmpty() ? null : some;
        });
  }

  void removeAll(Folder folder) {
    names.remove(folder);
  }

  /// Those there are now; `look` may add and remove some.
  void forEach(BiConsumer<Folder, Path> look) {
    Map.copyOf(names)
        .forEach((folder, some) -> {
          for (var name : List.copyOf(some)) {
            // One of those before may have led to it.
            if (!folder.dropped) {
              look.accept(folder, name);
            }
          }
        });
  }
}
