package dev.procman.core.output;

import dev.procman.spi.DurationText;
import dev.procman.RotatingFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.OptionalInt;

/// What all writers of one file have to agree on.
///
/// @param maxBytes as in [RotatingFile]
/// @param keep as in [RotatingFile]
/// @param maxAge as in [RotatingFile]
/// @param keepFor as in [RotatingFile]
/// @param compress as in [RotatingFile]
/// @param owner as in [RotatingFile]
/// @param group as in [RotatingFile]
/// @param mode as in [RotatingFile]
record FileKeeping(
    long maxBytes,
    int keep,
    Duration maxAge,
    Duration keepFor,
    boolean compress,
    Optional<String> owner,
    Optional<String> group,
    OptionalInt mode) {

  static FileKeeping of(RotatingFile file) {
    return new FileKeeping(
        file.maxBytes(),
        file.keep(),
        file.maxAge(),
        file.keepFor(),
        file.compress(),
        file.owner(),
        file.group(),
        file.mode());
  }

  /// For messages: what differs from another, with this one's values.
  String differenceFrom(FileKeeping other) {
    var words = new ArrayList<String>();
    if (maxBytes != other.maxBytes) {
      words.add("maxBytes=" + maxBytes);
    }
    if (keep != other.keep) {
      words.add("keep=" + keep);
    }
    if (!maxAge.equals(other.maxAge)) {
      words.add("maxAge=" + DurationText.of(maxAge));
    }
    if (!keepFor.equals(other.keepFor)) {
      words.add("keepFor=" + DurationText.of(keepFor));
    }
    if (compress != other.compress) {
      words.add("compress=" + compress);
    }
    if (!owner.equals(other.owner)) {
      words.add("owner=" + owner.orElse("default"));
    }
    if (!group.equals(other.group)) {
      words.add("group=" + group.orElse("default"));
    }
    if (!mode.equals(other.mode)) {
      words.add(
          "mode=" + (mode.isPresent() ? "0" + Integer.toOctalString(mode.getAsInt()) : "default"));
    }
    return String.join(", ", words);
  }
}
