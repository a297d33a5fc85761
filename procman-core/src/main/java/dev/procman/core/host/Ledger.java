package dev.procman.core.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The children of one manager, written down for the time after this JVM's death: by the guard, or
/// at the next start by [LedgerSweep]. The file is locked while this JVM lives, which tells it from
/// one left behind. Thread-safe.
///
/// One line per birth, `+ <pid> <start ticks> <mark>`, and per end, `- <mark>`, after a line with
/// the boot's id: pids and ticks mean nothing after another boot. No value of an environment is
/// ever written.
public final class Ledger implements AutoCloseable {
  static final String SUFFIX = ".ledger";
  private static final int LINES_BEFORE_REWRITE = 2000;

  /// Of this JVM. Opening and closing one of these again would give back its lock (fcntl(2)).
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;
  private final Map<String, String> live = new LinkedHashMap<>();
  private int lines;
  private boolean closed;

  private Ledger(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /// Begins a ledger.
  ///
  /// @param mark of the manager, unique
  /// @throws UncheckedIOException when it cannot be written
  public static Ledger create(StateDirectory directory, String mark) {
    var file = directory.ledgers().resolve(mark + SUFFIX);
    var unlocked = directory.ledgers().resolve(mark + ".new");
    FileChannel channel = null;
    try {
      // Locked before it gets its name, so that nobody takes it for one left behind.
      channel = FileChannel.open(unlocked, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      var _ = channel.lock();
      OWN.add(file);
      var ledger = new Ledger(file, channel);
      ledger.append(header());
      Files.move(unlocked, file, StandardCopyOption.ATOMIC_MOVE);
      return ledger;
    } catch (IOException failed) {
      giveUp(file, unlocked, channel);
      throw unwritable(file, failed);
    }
  }

  /// Leaves nothing in the way of another attempt.
  private static void giveUp(Path file, Path unlocked, @Nullable FileChannel channel) {
    OWN.remove(file);
    if (channel == null) {
      return;
    }
    try {
      channel.close();
      Files.deleteIfExists(unlocked);
    } catch (IOException stays) {
      // The next attempt says so.
    }
  }

  private static UncheckedIOException unwritable(Path file, IOException failed) {
    return new UncheckedIOException(
        "the ledger " + file + " cannot be written: " + failed.getMessage(), failed);
  }

  static String header() {
    return "boot " + bootId() + "\n";
  }

  private static String bootId() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).trim();
    } catch (IOException notLinux) {
      return "unknown";
    }
  }

  static boolean isOfThisJvm(Path file) {
    return OWN.contains(file);
  }

  /// Where it is.
  public Path file() {
    return file;
  }

  /// Writes down a child.
  public synchronized void born(String mark, long pid, long startTicks) {
    String line = "+ " + pid + " " + startTicks + " " + mark + "\n";
    live.put(mark, line);
    write(line);
  }

  /// Writes down that a child and its tree are gone.
  public synchronized void gone(String mark) {
    if (live.remove(mark) != null) {
      write("- " + mark + "\n");
    }
  }

  private void write(String line) {
    if (closed) {
      return;
    }
    try {
      if (lines > LINES_BEFORE_REWRITE && lines > 4 * live.size()) {
        channel.truncate(0);
        channel.position(0);
        lines = live.size();
        append(header() + String.join("", live.values()));
      } else {
        append(line);
      }
    } catch (IOException failed) {
      throw unwritable(file, failed);
    }
  }

  private void append(String text) throws IOException {
    var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      var _ = channel.write(bytes);
    }
    lines++;
  }

  /// Gives it up: deletes it when all children are gone, else leaves it to the next manager that
  /// starts here.
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (live.isEmpty()) {
        Files.deleteIfExists(file);
      }
      channel.close();
    } catch (IOException leftForTheNextStart) {
      // It will be found empty of live children then.
    }
    OWN.remove(file);
  }
}
