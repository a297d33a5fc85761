package dev.procman.watch;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
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

  /// Whether a `.gitignore` here or above ignores an entry; the nearest that says something
  /// decides.
  boolean ignores(Path name, boolean directory) {
    String below = name.toString();
    for (Folder at = this; at != null; at = at.parent) {
      var verdict = at.ignores.flatMap(verdictOn(below, directory));
      if (verdict.isPresent()) {
        return verdict.get();
      }
      below = at.path.getFileName() + "/" + below;
    }
    return false;
  }

  private static Function<GitIgnore, Optional<Boolean>> verdictOn(String path, boolean directory) {
    return rules -> rules.verdict(path, directory);
  }

  @Override
  public void noticed(Set<Path> names) {
    hints.add(this, names);
  }

  @Override
  public void lost() {
    hints.addLost(this);
  }

  @Override
  public void ended() {
    // What stands in its place now is for the directory above to see.
    var name = path.getFileName();
    if (parent != null && level > 0 && name != null) {
      hints.add(parent, Set.of(name));
    } else {
      hints.addWhole(this);
    }
  }
}
