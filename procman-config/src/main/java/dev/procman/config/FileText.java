package dev.procman.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// Reads the text of a file. Only of a regular one: a FIFO has no end until somebody writes to it,
/// and some devices have none at all.
final class FileText {
  private static final int PIECE = 64 * 1024;

  private FileText() {}

  /// The whole text, without a byte order mark.
  ///
  /// @param most how many bytes it may have, whatever its size says
  /// @throws NoSuchFileException when there is none
  /// @throws Unfit when it is no regular file, cannot be read, is larger, or is no UTF-8
  static String read(Path file, int most) throws NoSuchFileException, Unfit {
    return read(
        file,
        most,
        () -> {
          var attributes = Files.readAttributes(file, BasicFileAttributes.class);
          requireRegular(file, attributes);
          return attributes.size() == 0 ? null : Files.newByteChannel(file);
        });
  }

  /// The same of a file that must lie below one of some directories, wherever links may lead while
  /// it is read.
  ///
  /// @throws ConfinedFile.Outside when it does not
  static String readBelow(Collection<Path> roots, Path file, int most)
      throws NoSuchFileException, Unfit, ConfinedFile.Outside {
    return read(file, most, ConfinedFile.find(roots, file)::open);
  }

  /// Opens what is to be read; null when it is empty.
  @FunctionalInterface
  interface Opener {
    @Nullable SeekableByteChannel open() throws IOException, Unfit;
  }

  /// @throws Unfit when it is none; what a file of `/proc` has is not known before it is read, and
  ///   its size is 0: some of them never end
  static void requireRegular(Path file, BasicFileAttributes attributes) throws Unfit {
    if (!attributes.isRegularFile()) {
      throw new Unfit(
          "'"
              + file
              + "' is "
              + (attributes.isDirectory() ? "a directory" : "a pipe, a device or a socket"),
          "a regular file");
    }
  }

  private static String read(Path file, int most, Opener opener) throws NoSuchFileException, Unfit {
    try (var in = opener.open()) {
      var bytes = in == null ? new byte[0] : readAll(in, most);
      if (bytes.length > most) {
        throw new Unfit(
            "the file is larger than " + Sizes.write(most), "a smaller one, or a higher limit");
      }
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (NoSuchFileException missing) {
      throw missing;
    } catch (AccessDeniedException denied) {
      throw new Unfit("the file '" + file + "' may not be read", "the right to read it");
    } catch (CharacterCodingException noUtf8) {
      throw new Unfit("the file '" + file + "' is no UTF-8", "text in UTF-8");
    } catch (IOException broken) {
      throw new Unfit(
          "the file '"
              + file
              + "' cannot be read: "
              + Problems.cut(String.valueOf(broken.getMessage())),
          "one that can");
    }
  }

  /// One byte more than there may be, when there are more.
  private static byte[] readAll(SeekableByteChannel in, int most) throws IOException {
    var bytes = new byte[Math.min(most, PIECE - 1) + 1];
    int length = 0;
    while (length <= most) {
      if (length == bytes.length) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(most + 1L, bytes.length * 2L));
      }
      int read = in.read(ByteBuffer.wrap(bytes, length, bytes.length - length));
      if (read < 0) {
        break;
      }
      length += read;
    }
    return Arrays.copyOf(bytes, length);
  }
}
