package dev.procman.proc;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The last field of `/proc/loadavg` (proc(5)). It is asked for at each end of a process, on the
/// way of the news, so the file stays open and is read again from its beginning. Not a channel,
/// which the interrupt of one reader would close for all.
final class LastPid {
  private static final String FILE = "/proc/loadavg";
  private static final byte[] BYTES = new byte[128];
  private static @Nullable RandomAccessFile open;

  private LastPid() {}

  /// Empty when it cannot be read.
  static synchronized OptionalLong read() {
    try {
      var file = open;
      if (file == null) {
        file = new RandomAccessFile(FILE, "r");
        open = file;
      }
      file.seek(0);
      return parse(file.read(BYTES));
    } catch (IOException unreadable) {
      forget();
      return OptionalLong.empty();
    }
  }

  /// In a container it may be a file of FUSE (lxcfs), which is never read again once its server was
  /// started anew, unless it is opened again.
  private static void forget() {
    var file = open;
    open = null;
    if (file != null) {
      try {
        file.close();
      } catch (IOException gone) {
        // As it should be.
      }
    }
  }

  private static OptionalLong parse(int length) {
    if (length <= 0) {
      return OptionalLong.empty();
    }
    var text = new String(BYTES, 0, length, StandardCharsets.ISO_8859_1).strip();
    return OptionalLong.of(Long.parseLong(text.substring(text.lastIndexOf(' ') + 1)));
  }
}
