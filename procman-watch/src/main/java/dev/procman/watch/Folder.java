package dev.procman.watch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A directory of the tree and what was seen in it. Keyed by names as the file system has them:
/// bytes, which need not be text. Used by one thread, but for the notices. Those above a root exist
/// only for their `.gitignore`, at level -1.
final class Folder implements Place, Notices.Subscriber {
  final Path path;
  final String relative;
  final int level;
  final @Nullable Folder parent;
  final @Nullable Object key;
  final Map<Path, Entry> files = new HashMap<>(4);
  final Map<Path, Folder> folders = new HashMap<>(2);

  /// Empty where there is no `.gitignore`, or it is not asked for.
  Optional<GitIgnore> ignores = Optional.empty();

  boolean dropped;

  // Of Visits.

  boolean queued;
  boolean deep;
  long readIn;
  long enteredIn;

  /// It was seen to be gone. What has its name and its key since is another: keys are used again.
  private volatile boolean gone;

  private final Hints hints;

  /// @param relative the path from the root, with a slash at its end unless it is the root's
  Folder(
      Path path,
      String relative,
      int level,
      @Nullable Folder parent,
      @Nullable Object key,
      Hints hints) {
    this.path = path;
    this.relative = relative;
    this.level = level;
    this.parent = parent;
    this.key = key;
    this.hints = hints;
  }

  String relative(Path name) {
    return relative + name;
  }

  /// The files in it that are known.
  List<Path> paths() {
    return files.keySet().stream().map(path::resolve).toList();
  }

  /// This one and all that are known below it, however deep that is.
  List<Folder> withAllBelow() {
    var all = new ArrayList<Folder>(List.of(this));
    for (int next = 0; next < all.size(); next++) {
      all.addAll(all.get(next).folders.values());
    }
    return all;
  }

  /// Whether it is still the directory that has this key.
  boolean is(@Nullable Object other) {
    return !gone && Objects.equals(key, other);
  }

  /// Whether a `.gitignore` here or above ignores an entry; the nearest that says something
  /// decides.
  boolean ignores(Path name, boolean directory) {
    String fromRoot = relative(name);
    Folder top = this;
    for (Folder at = this; at != null && at.level >= 0; at = at.parent) {
      var verdict = at.verdict(fromRoot, at.relative.length(), directory);
      if (verdict.isPresent()) {
        return verdict.get();
      }
      top = at;
    }
    String below = fromRoot;
    Path child = top.path;
    for (Folder at = top.parent; at != null; at = at.parent) {
      below = child.getFileName() + "/" + below;
      var verdict = at.verdict(below, 0, directory);
      if (verdict.isPresent()) {
        return verdict.get();
      }
      child = at.path;
    }
    return false;
  }

  private Optional<Boolean> verdict(String path, int from, boolean directory) {
    if (ignores.isEmpty() || ignores.get().isEmpty()) {
      return Optional.empty();
    }
    return ignores.get().verdict(path.substring(from), directory);
  }

  @Override
  public void noticed(Map<Path, Notice> names) {
    hints.add(this, names);
  }

  @Override
  public void lost() {
    hints.addLost(this);
  }

  @Override
  public void ended() {
    gone = true;
    // What stands in its place now is for the directory above to see.
    var name = path.getFileName();
    if (parent != null && level > 0 && name != null) {
      hints.add(parent, Map.of(name, Notice.LEFT));
    } else {
      hints.addWhole(this);
    }
  }
}
