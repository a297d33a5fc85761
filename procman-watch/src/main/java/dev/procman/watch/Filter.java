package dev.procman.watch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// A selection, ready for use; `.gitignore` files, which belong to their directories, are not part
/// of it.
final class Filter {
  private final List<Pattern> includes;
  private final List<Pattern> excludes;
  private final boolean noise;
  private final int depth;
  private final Predicate<Path> own;

  /// @param own which files are the watched process's own and never count
  Filter(FileSelection selection, Predicate<Path> own) {
    includes = selection.includes().stream().map(PathPattern::compiled).toList();
    excludes = excludes(selection.excludes());
    noise = selection.noise();
    depth = selection.depth();
    this.own = own;
  }

  private static List<Pattern> excludes(List<PathPattern> patterns) {
    var all = new ArrayList<Pattern>();
    for (var pattern : patterns) {
      all.add(pattern.compiled());
      // All that is in a directory means the directory, and so does its name with a slash.
      if (pattern instanceof PathPattern.Glob(String glob)) {
        String stem = glob.replaceFirst("(?:/\\*\\*)?/?$", "");
        if (!stem.equals(glob) && !stem.isEmpty() && !stem.equals("**")) {
          all.add(
              Wildcards.path(glob.endsWith("/**") && stem.indexOf('/') < 0 ? "/" + stem : stem));
        }
      }
    }
    return all;
  }

  boolean entersDirectory(Path path, String relative, String name, int level) {
    return level <= depth
        && (noise || !Noise.isDirectory(name))
        && !own.test(path)
        && matchesNone(excludes, relative);
  }

  boolean takesFile(Path path, String relative, String name) {
    return (noise || !Noise.isFile(name))
        && !own.test(path)
        && (includes.isEmpty() || !matchesNone(includes, relative))
        && matchesNone(excludes, relative);
  }

  private static boolean matchesNone(List<Pattern> patterns, String relative) {
    for (var pattern : patterns) {
      if (pattern.matcher(relative).matches()) {
        return false;
      }
    }
    return true;
  }
}
