package dev.procman.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Reads the text of a file.
final class FileText {
  private FileText() {}

  /// The whole text, without a byte order mark.
  ///
  /// @param most how many bytes it may have; not what the file's size says, which is 0 for devices
  ///   that never end
  /// @throws NoSuchFileException when there is none
  /// @throws Unfit when it cannot be read, is larger, or is no UTF-8
  static String read(Path file, int most) throws NoSuchFileException, Unfit {
    try (InputStream in = Files.newInputStream(file)) {
      var bytes = in.readNBytes(most + 1);
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
}
