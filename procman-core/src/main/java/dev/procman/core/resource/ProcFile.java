package dev.procman.core.resource;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import org.jspecify.annotations.Nullable;

/// A text under `/proc` that is read again and again; kept open as long as there are descriptors
/// left for that. A file of `/proc/<pid>` that is kept open stays that of the same process, whoever
/// gets the pid next.
///
/// Kept open is 4 µs cheaper a reading, but each descriptor of this JVM costs a child that the JDK
/// launches about 2 µs, since its launcher closes them one by one (measured; see
/// `docs/resources.md`). So only few are.
///
/// It is not a channel since an interrupt of the reading thread would close that.
final class ProcFile implements AutoCloseable {
  private static final int FAILED = -1;

  /// How many more files may be kept open.
  static final class Allowance {
    private int left;

    Allowance(int files) {
      this.left = files;
    }

    int left() {
      return left;
    }
  }

  private final String path;
  private final Allowance allowance;
  private @Nullable RandomAccessFile open;

  ProcFile(String path, Allowance allowance) {
    this.path = path;
    this.allowance = allowance;
  }

  /// Reads the text into `into`.
  ///
  /// @return its length, or -1 when it cannot be read
  int read(byte[] into) {
    try {
      if (open == null && allowance.left > 0) {
        open = new RandomAccessFile(path, "r");
        allowance.left--;
      }
      if (open == null) {
        return read(path, into);
      }
      open.seek(0);
      return open.read(into);
    } catch (IOException gone) {
      return FAILED;
    }
  }

  /// Reads a text once.
  ///
  /// @return its length, or -1 when it cannot be read
  static int readOnce(String path, byte[] into) {
    try {
      return read(path, into);
    } catch (IOException gone) {
      return FAILED;
    }
  }

  private static int read(String path, byte[] into) throws IOException {
    try (var file = new FileInputStream(path)) {
      return file.read(into);
    }
  }

  @Override
  public void close() {
    if (open != null) {
      try {
        open.close();
      } catch (IOException nothingToLose) {
        // It was only read.
      }
      open = null;
      allowance.left++;
    }
  }
}
