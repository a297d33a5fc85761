package dev.procman.watch;

import dev.procman.InvalidSpecException;
import java.util.ArrayList;
import java.util.List;

/// Which files of a tree matter. Immutable. What is excluded stays so, whatever includes it; what
/// lies in an excluded directory is not even looked at.
///
/// @param includes only files that match one of these; empty, the default, means all
/// @param excludes no file or directory that matches one of these, and nothing in such a directory
/// @param noise whether what editors, version control and builds leave beside the work matters too:
///   swap and backup files, `.git`, `node_modules`, `*.log` and the like; default false
/// @param gitIgnore whether what `.gitignore` files ignore is left out: those of the tree, and
///   those above it up to the directory that holds `.git`; default false
/// @param depth how many levels of directories below the root are looked into; 0 means its own
///   files only; default 1000
public record FileSelection(
    List<PathPattern> includes,
    List<PathPattern> excludes,
    boolean noise,
    boolean gitIgnore,
    int depth) {

  /// Copies and checks the parts.
  ///
  /// @throws InvalidSpecException when the depth is below zero
  public FileSelection {
    includes = List.copyOf(includes);
    excludes = List.copyOf(excludes);
    if (depth < 0) {
      throw new InvalidSpecException("watch.depth", depth, "use zero or more");
    }
  }

  /// All but noise.
  public static FileSelection ofDefaults() {
    return new FileSelection(List.of(), List.of(), false, false, 1000);
  }

  FileSelection include(PathPattern pattern) {
    return new FileSelection(with(includes, pattern), excludes, noise, gitIgnore, depth);
  }

  FileSelection exclude(PathPattern pattern) {
    return new FileSelection(includes, with(excludes, pattern), noise, gitIgnore, depth);
  }

  FileSelection withNoise() {
    return new FileSelection(includes, excludes, true, gitIgnore, depth);
  }

  FileSelection withGitIgnore() {
    return new FileSelection(includes, excludes, noise, true, depth);
  }

  FileSelection withDepth(int levels) {
    return new FileSelection(includes, excludes, noise, gitIgnore, levels);
  }

  private static List<PathPattern> with(List<PathPattern> some, PathPattern one) {
    var more = new ArrayList<>(some);
    more.add(one);
    return more;
  }
}
