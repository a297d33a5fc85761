package dev.procman.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// The variables of this JVM's environment that are no text in its charset, such as UTF-8 under
/// `LC_ALL=C`. [System#getenv()] shows question marks for them; a child is given the bytes.
final class Inherited {
  private static final Map<String, byte[]> UNSPEAKABLE = read();

  private Inherited() {}

  /// The bytes of `NAME=value`; of a variable that is inherited as it is, the bytes it had.
  static byte[] bytes(String variable) {
    var inherited = UNSPEAKABLE.get(variable);
    return inherited == null ? variable.getBytes(NativeStrings.CHARSET) : inherited;
  }

  /// The environment as this JVM was given it (proc(5)).
  private static Map<String, byte[]> read() {
    var found = new HashMap<String, byte[]>();
    try {
      var bytes = Files.readAllBytes(Path.of("/proc/self/environ"));
      for (int start = 0; start < bytes.length; ) {
        int end = start;
        while (end < bytes.length && bytes[end] != 0) {
          end++;
        }
        add(Arrays.copyOfRange(bytes, start, end), found);
        start = end + 1;
      }
    } catch (IOException unreadable) {
      return Map.of();
    }
    return found;
  }

  /// Name and value by themselves, as the JDK reads them.
  private static void add(byte[] variable, Map<String, byte[]> found) {
    int name = 0;
    while (name < variable.length && variable[name] != '=') {
      name++;
    }
    if (name < variable.length) {
      var text =
          new String(variable, 0, name, NativeStrings.CHARSET)
              + "="
              + new String(variable, name + 1, variable.length - name - 1, NativeStrings.CHARSET);
      if (!Arrays.equals(text.getBytes(NativeStrings.CHARSET), variable)) {
        found.putIfAbsent(text, variable);
      }
    }
  }
}
