package dev.procman.watch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Half of a SHA-256 of a file's content: enough that two contents never share one by chance.
record Digest(long first, long second) {
  private static final int CHUNK = 64 * 1024;

  /// Reads the file, or where the link leads.
  static Digest of(Path file, boolean link) throws IOException {
    var digest = sha256();
    if (link) {
      digest.update(Files.readSymbolicLink(file).toString().getBytes(StandardCharsets.UTF_8));
      return of(digest);
    }
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      var buffer = ByteBuffer.allocate(Math.clamp(channel.size() + 1, 64, CHUNK));
      while (channel.read(buffer) >= 0) {
        digest.update(buffer.flip());
        buffer.clear();
      }
    }
    return of(digest);
  }

  private static Digest of(MessageDigest digest) {
    var bytes = ByteBuffer.wrap(digest.digest());
    return new Digest(bytes.getLong(), bytes.getLong());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
