package dev.procman.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.Charset;
import java.util.List;
import java.util.function.Function;

/// Texts as the operating system takes them, in the character set in which the JDK gives it file
/// names and arguments.
@SuppressWarnings("restricted") // strings of the C library come without a length
final class NativeStrings {
  static final Charset CHARSET =
      Charset.forName(System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name()));

  private NativeStrings() {}

  static MemorySegment text(Arena arena, String text) {
    var bytes = text.getBytes(CHARSET);
    var segment = arena.allocate(bytes.length + 1L);
    MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return segment;
  }

  /// A text that the C library points to.
  static String read(MemorySegment pointer) {
    return pointer.reinterpret(Long.MAX_VALUE).getString(0, CHARSET);
  }

  /// An array of pointers to texts that ends with a null pointer, all in one piece of memory.
  ///
  /// @param spare how many more null pointers there are at its end
  static MemorySegment array(Arena arena, List<String> texts, int spare) {
    return array(arena, texts, spare, text -> text.getBytes(CHARSET));
  }

  /// As above.
  ///
  /// @param encoder how a text becomes bytes
  static MemorySegment array(
      Arena arena, List<String> texts, int spare, Function<String, byte[]> encoder) {
    long pointers = (texts.size() + 1L + spare) * ValueLayout.ADDRESS.byteSize();
    var encoded = new byte[texts.size()][];
    long total = pointers;
    for (int i = 0; i < encoded.length; i++) {
      encoded[i] = encoder.apply(texts.get(i));
      total += encoded[i].length + 1;
    }
    var block = arena.allocate(total, ValueLayout.ADDRESS.byteAlignment());
    long at = pointers;
    for (int i = 0; i < encoded.length; i++) {
      block.setAtIndex(ValueLayout.ADDRESS, i, block.asSlice(at));
      MemorySegment.copy(encoded[i], 0, block, ValueLayout.JAVA_BYTE, at, encoded[i].length);
      at += encoded[i].length + 1;
    }
    return block;
  }
}
