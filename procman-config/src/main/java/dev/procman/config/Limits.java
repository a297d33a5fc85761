package dev.procman.config;

import dev.procman.InvalidSpecException;

/// How much a configuration may ask of the one who reads it. A document beyond is refused before it
/// is read to its end. Immutable.
///
/// @param bytes size of one file, and of one text once variables are filled in; all texts together
///   may have eight times as much; default 4 MiB
/// @param depth how deep lists and keys may be nested, and how many others a process may extend,
///   one the other; default 32; at most 200
/// @param aliases how many aliases (`*name`) one file may have; default 200
/// @param values how many values one file may have, each counted as often as an alias repeats it;
///   all processes together may come to ten times as many by what they extend; default 200 000
/// @param files how many files may be included and extended in all; default 100
public record Limits(int bytes, int depth, int aliases, int values, int files) {
  /// Checks the parts.
  ///
  /// @throws InvalidSpecException when one is below one, or the depth above 200
  public Limits {
    for (int limit : new int[] {bytes, depth, aliases + 1, values, files + 1}) {
      if (limit < 1) {
        throw new InvalidSpecException("security.limits", limit, "use 1 or more");
      }
    }
    if (depth > 200) {
      throw new InvalidSpecException("security.limits.depth", depth, "use at most 200");
    }
  }

  /// The defaults above.
  public static Limits ofDefaults() {
    return new Limits(4 * 1024 * 1024, 32, 200, 200_000, 100);
  }
}
