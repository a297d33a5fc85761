package dev.procman.watch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/// All roots, and with them all that is known of their trees. One root may lie in another, and only
/// one of them may take a file.
///
/// @param all in the order of the settings
record Roots(List<Root> all) {
  /// An entry of a directory.
  record Spot(Folder folder, Path name) {}

  static Roots of(List<Path> paths, Hints hints) {
    return new Roots(paths.stream().map(path -> new Root(path, hints)).toList());
  }

  /// The one whose directory that is.
  Root of(Folder folder) {
    return all.stream().filter(root -> root.folder == folder).findFirst().orElseThrow();
  }

  /// The directory of the first, which is there.
  Folder top() {
    return Objects.requireNonNull(all.getFirst().folder);
  }

  boolean areSomeBlind() {
    return all.stream().anyMatch(root -> root.blind);
  }

  List<Folder> folders() {
    return all.stream()
        .map(root -> root.folder)
        .filter(Objects::nonNull)
        .flatMap(folder -> folder.withAllBelow().stream())
        .toList();
  }

  Set<Path> files() {
    var files = new TreeSet<Path>();
    folders().forEach(folder -> files.addAll(folder.paths()));
    return files;
  }

  Entry entry(Path path) {
    for (var folder : foldersOf(path)) {
      var entry = folder.files.get(name(path));
      if (entry != null) {
        return entry;
      }
    }
    return Entry.ABSENT;
  }

  /// Keeps what was read of a file, wherever it is still known as it was then.
  void keep(Path path, Entry read) {
    for (var folder : foldersOf(path)) {
      folder.files.computeIfPresent(name(path), (_, known) -> known.looksLike(read) ? read : known);
    }
  }

  private static Path name(Path path) {
    return Objects.requireNonNull(path.getFileName());
  }

  private List<Folder> foldersOf(Path path) {
    var folders = new ArrayList<Folder>(1);
    for (var root : all) {
      Folder at = root.folder;
      if (at != null && path.startsWith(root.path)) {
        var way = root.path.relativize(path);
        for (int i = 0; at != null && i < way.getNameCount() - 1; i++) {
          at = at.folders.get(way.getName(i));
        }
        if (at != null) {
          folders.add(at);
        }
      }
    }
    return folders;
  }

  /// Where to look for a path: it may be in a directory that is there, and was not yet seen.
  List<Spot> spotsOf(Path path) {
    var spots = new ArrayList<Spot>(1);
    for (var root : all) {
      if (root.folder != null && path.startsWith(root.path) && !path.equals(root.path)) {
        spots.add(spot(root.folder, root.path.relativize(path)));
      }
    }
    return spots;
  }

  private static Spot spot(Folder top, Path way) {
    var at = top;
    int next = 0;
    for (Folder below; (below = at.folders.get(way.getName(next))) != null; next++) {
      if (next == way.getNameCount() - 1) {
        break;
      }
      at = below;
    }
    return new Spot(at, way.getName(next));
  }
}
