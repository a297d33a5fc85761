package dev.procman;

import java.nio.file.Path;
import java.time.Duration;

/// A log file that is rotated: `app.log` becomes `app.log.1`, which becomes `app.log.2`, and so on.
/// Immutable.
///
/// @param path the file; its directory is created; `${name}` is filled in
/// @param maxBytes rotated before it would grow beyond this; default 10 MiB
/// @param keep how many rotated files are kept; default 5
/// @param maxAge rotated when its first line is older than this; zero means never; default zero
public record RotatingFile(Path path, long maxBytes, int keep, Duration maxAge) {
  /// Checks the parts.
  ///
  /// @throws InvalidSpecException when a number is out of range; the message names it
  public RotatingFile {
    if (maxBytes < 1024) {
      throw new InvalidSpecException("output.file.maxBytes", maxBytes, "use 1024 or more");
    }
    if (keep < 0 || keep > 10_000) {
      throw new InvalidSpecException("output.file.keep", keep, "use 0 to 10000");
    }
    InvalidSpecException.requireNotNegative("output.file.maxAge", maxAge);
  }

  /// That file with the defaults above.
  public static RotatingFile at(Path path) {
    return new RotatingFile(path, 10L * 1024 * 1024, 5, Duration.ZERO);
  }

  /// With another size limit, in bytes.
  public RotatingFile maxBytes(long bytes) {
    return new RotatingFile(path, bytes, keep, maxAge);
  }

  /// With another number of rotated files kept.
  public RotatingFile keep(int files) {
    return new RotatingFile(path, maxBytes, files, maxAge);
  }

  /// With an age limit.
  public RotatingFile maxAge(Duration age) {
    return new RotatingFile(path, maxBytes, keep, age);
  }
}
