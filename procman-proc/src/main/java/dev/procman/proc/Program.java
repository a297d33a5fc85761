package dev.procman.proc;

import dev.procman.spi.LaunchRequest;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// Which file a command names, and whether it can be executed. A name without a slash is looked for
/// on the `PATH` that the child gets, as its shell would (execvp(3)); a relative directory there is
/// relative to the child's.
public final class Program {
  /// Where execvp(3) looks when there is no `PATH`.
  private static final String DEFAULT_PATH = "/bin:/usr/bin";

  // Numbers of errno(3).
  private static final int ENOENT = 2;
  private static final int EACCES = 13;

  // The header of an ELF file of 64 bits (elf(5)).
  private static final int HEADER = 64;
  private static final int PROGRAM_HEADERS = 32;
  private static final int PROGRAM_HEADER_SIZE = 54;
  private static final int PROGRAM_HEADER_COUNT = 56;
  private static final int MOST_HEADERS = 64;
  private static final int INTERPRETER = 3;
  private static final int LONGEST_PATH = 4096;

  private Program() {}

  /// The file to execute; empty when there is none. One that may not be executed is given when
  /// there is no better, so that the operating system says why.
  public static Optional<String> find(LaunchRequest request) {
    String name = request.command().getFirst();
    if (name.indexOf('/') >= 0) {
      return Optional.of(name);
    }
    Optional<String> second = Optional.empty();
    for (String directory : path(request).split(":", -1)) {
      String candidate = directory.isEmpty() ? "./" + name : directory + "/" + name;
      File file = seenFromHere(request, candidate);
      if (file.isFile()) {
        if (file.canExecute()) {
          return Optional.of(candidate);
        }
        second = second.or(() -> Optional.of(candidate));
      }
    }
    return second;
  }

  /// Where a name without a slash is looked for, for messages.
  public static String searched(LaunchRequest request) {
    return "the PATH of the child, " + path(request);
  }

  /// What would keep the operating system from executing the command's file: an error number, or 0
  /// when nothing is seen that would.
  public static int obstacle(LaunchRequest request) {
    var found = find(request);
    if (found.isEmpty()) {
      return ENOENT;
    }
    var file = seenFromHere(request, found.get());
    int obstacle = obstacle(file);
    if (obstacle != 0) {
      return obstacle;
    }
    try (var in = new RandomAccessFile(file, "r")) {
      return interpreter(in).map(path -> obstacle(seenFromHere(request, path))).orElse(0);
    } catch (IOException unreadable) {
      // It may be executed all the same.
      return 0;
    }
  }

  private static int obstacle(File file) {
    if (!file.exists()) {
      return ENOENT;
    }
    return file.isFile() && file.canExecute() ? 0 : EACCES;
  }

  /// What a script names in its first line, or the loader that a program asks for.
  private static Optional<String> interpreter(RandomAccessFile in) throws IOException {
    var bytes = new byte[HEADER];
    int length = in.read(bytes);
    if (length >= 2 && bytes[0] == '#' && bytes[1] == '!') {
      in.seek(2);
      var line = new byte[255];
      var text = new String(line, 0, Math.max(0, in.read(line)), StandardCharsets.UTF_8);
      var words = text.lines().findFirst().orElse("").strip().split("[ \t]", 2);
      return Optional.of(words[0]).filter(word -> !word.isEmpty());
    }
    var header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    boolean elf =
        length == HEADER && header.getInt(0) == 0x464C457F && bytes[4] == 2 && bytes[5] == 1;
    return elf ? loader(in, header) : Optional.empty();
  }

  private static Optional<String> loader(RandomAccessFile in, ByteBuffer header)
      throws IOException {
    long at = header.getLong(PROGRAM_HEADERS);
    int size = header.getShort(PROGRAM_HEADER_SIZE);
    int count = Math.min(header.getShort(PROGRAM_HEADER_COUNT), MOST_HEADERS);
    if (at <= 0 || size < 56) {
      return Optional.empty();
    }
    var entry = new byte[56];
    var fields = ByteBuffer.wrap(entry).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      in.seek(at + (long) i * size);
      in.readFully(entry);
      long length = fields.getLong(32);
      if (fields.getInt(0) == INTERPRETER && length > 1 && length <= LONGEST_PATH) {
        var path = new byte[(int) length - 1];
        in.seek(fields.getLong(8));
        in.readFully(path);
        return Optional.of(new String(path, StandardCharsets.UTF_8));
      }
    }
    return Optional.empty();
  }

  private static String path(LaunchRequest request) {
    return request.environment().getOrDefault("PATH", DEFAULT_PATH);
  }

  private static File seenFromHere(LaunchRequest request, String candidate) {
    return candidate.startsWith("/") || request.directory().isEmpty()
        ? new File(candidate)
        : request.directory().orElse(Path.of("")).resolve(candidate).toFile();
  }
}
