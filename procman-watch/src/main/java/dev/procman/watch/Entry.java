package dev.procman.watch;

import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A file as it was seen.
///
/// @param size in bytes; -1 for none, -2 for one of which nothing is known
/// @param modified nanoseconds since the epoch
/// @param key the file system's identity of it, where it has one
/// @param link whether it is a link that is not followed
/// @param digest of its content, once that was read
record Entry(
    long size, long modified, @Nullable Object key, boolean link, @Nullable Digest digest) {

  /// No file.
  static final Entry ABSENT = new Entry(-1, 0, null, false, null);

  /// A file that is different from any other.
  static final Entry UNKNOWN = new Entry(-2, 0, null, false, null);

  static Entry of(BasicFileAttributes attributes) {
    return new Entry(
        attributes.size(),
        attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
        attributes.fileKey(),
        attributes.isSymbolicLink(),
        null);
  }

  boolean isPresent() {
    return size != ABSENT.size;
  }

  boolean looksLike(Entry other) {
    return size == other.size
        && modified == other.modified
        && link == other.link
        && Objects.equals(key, other.key);
  }

  Entry with(Digest read) {
    return new Entry(size, modified, key, link, read);
  }

  Entry withoutDigest() {
    return digest == null ? this : new Entry(size, modified, key, link, null);
  }
}
