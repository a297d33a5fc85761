package dev.procman.core.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A file of lines about what there is, kept for the time after this JVM's death. It is locked
/// while this JVM lives. Thread-safe.
///
/// It mends itself: the beginning of a line that a full disk cut is taken back, what could not be
/// written is written as soon as it can, and a file that was deleted is made again. Whatever is not
/// a line at the end of a sound file is done by a new file that takes the place of the old one,
/// which stays as it is until then.
final class Journal implements AutoCloseable {
  /// Of the file that says that a manager gave up a journal although not all in it is gone.
  static final String LEFT = ".left";

  /// Of a file that is to become a journal.
  static final String FRESH = ".new";

  private static final Logger log = LoggerFactory.getLogger(Journal.class);
  private static final int LINES_BEFORE_REWRITE = 2000;

  private final StateDirectory directory;
  private final String name;
  private final String header;
  private final Map<String, String> live = new LinkedHashMap<>();
  private Path file;
  private @Nullable FileChannel channel;
  private Object key = new Object();
  private int lines;
  private long end;
  private boolean whole;
  private boolean closed;

  /// Begins one.
  ///
  /// @param name of its file in the directory of ledgers, unique
  /// @param header its first line
  /// @throws UncheckedIOException when it cannot be written
  Journal(StateDirectory directory, String name, String header) {
    this.directory = directory;
    this.name = name;
    this.header = header;
    this.file = directory.ledgers().resolve(name);
    try {
      replace();
    } catch (IOException failed) {
      throw unwritable(failed);
    }
  }

  private UncheckedIOException unwritable(IOException failed) {
    return new UncheckedIOException(
        "the ledger " + file + " cannot be written: " + failed.getMessage(), failed);
  }

  /// Where it is.
  synchronized Path file() {
    return file;
  }

  /// Whether nothing in it is left.
  synchronized boolean isEmpty() {
    return live.isEmpty();
  }

  /// Writes down that something is there now.
  ///
  /// @param line with its end
  /// @throws UncheckedIOException when it could not be written yet
  synchronized void add(String what, String line) {
    live.put(what, line);
    write(line);
  }

  /// Writes down that something is gone.
  ///
  /// @param line with its end
  /// @throws UncheckedIOException when it could not be written yet
  synchronized void remove(String what, String line) {
    if (live.remove(what) != null) {
      write(line);
    }
  }

  private void write(String line) {
    if (closed) {
      return;
    }
    boolean wasWhole = whole;
    try {
      if (!isSound()) {
        replace();
      } else if (lines <= LINES_BEFORE_REWRITE || lines <= 4 * live.size() || !shortened()) {
        append(line);
      }
    } catch (IOException failed) {
      whole = false;
      takeBack();
      if (wasWhole) {
        throw unwritable(failed);
      }
      log.atDebug().setCause(failed).log("the ledger {} still cannot be written", file);
    }
  }

  /// Whether all is in the file that has the name.
  private boolean isSound() {
    return whole && OwnDirectory.leadsTo(file, key);
  }

  private boolean shortened() {
    try {
      replace();
      return true;
    } catch (IOException noRoom) {
      log.atDebug().setCause(noRoom).log("the ledger {} could not be shortened", file);
      return false;
    }
  }

  private void append(String text) throws IOException {
    var present = channel;
    if (present == null) {
      throw new IOException("it is not open");
    }
    end += write(present, text);
    lines++;
  }

  private static int write(FileChannel channel, String text) throws IOException {
    var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      var _ = channel.write(bytes);
    }
    return bytes.limit();
  }

  /// Half a line would spoil the next one.
  private void takeBack() {
    var present = channel;
    try {
      if (present != null && present.size() > end) {
        present.truncate(end);
      }
    } catch (IOException stays) {
      log.atDebug().setCause(stays).log("half a line stays at the end of {}", file);
    }
  }

  /// Writes all that is live to a new file, locked before it gets its name, so that nobody takes it
  /// for one left behind.
  private void replace() throws IOException {
    try (var ledgers = directory.openLedgers()) {
      var path = ledgers.path().resolve(name);
      boolean moves = channel == null || !path.equals(file);
      if (moves && !HeldFiles.claim(path)) {
        throw new IOException("this JVM has it already");
      }
      FileChannel fresh = null;
      try {
        ledgers.delete(name + FRESH);
        fresh = ledgers.open(name + FRESH, StandardOpenOption.CREATE_NEW);
        var _ = fresh.lock();
        long length = write(fresh, header + String.join("", live.values()));
        ledgers.rename(name + FRESH, name);
        adopt(path, fresh, length);
      } catch (IOException | RuntimeException failed) {
        HeldFiles.closeQuietly(fresh);
        if (fresh != null) {
          ledgers.delete(name + FRESH);
        }
        if (moves) {
          HeldFiles.release(path);
        }
        throw failed;
      }
    }
  }

  private void adopt(Path path, FileChannel fresh, long length) throws IOException {
    var freshKey = OwnDirectory.key(path);
    HeldFiles.closeQuietly(channel);
    if (channel != null && !path.equals(file)) {
      HeldFiles.release(file);
    }
    channel = fresh;
    file = path;
    key = freshKey;
    end = length;
    lines = live.size();
    whole = true;
  }

  /// Makes the file again when it was deleted, and writes what could not be written.
  synchronized void mend() {
    if (closed || isSound()) {
      return;
    }
    try {
      replace();
      log.atInfo().addKeyValue("file", file).log("the ledger is complete again");
    } catch (IOException later) {
      whole = false;
      log.atDebug().setCause(later).log("the ledger {} cannot be written yet", file);
    }
  }

  /// Makes it look used, to cleaners that go by age.
  synchronized void touch() {
    StateDirectory.touch(file);
  }

  /// Gives it up: deletes it when nothing in it is left, else leaves it to the next manager that
  /// starts here, in whatever JVM.
  @Override
  public void close() {
    close(false);
  }

  /// Gives it up as [#close()] does.
  ///
  /// @param left whether something is left that is not in it
  synchronized void close(boolean left) {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (live.isEmpty() && !left) {
        deleteIfOurs();
      } else {
        leave();
      }
    } catch (IOException leftForTheNextStart) {
      log.atDebug().setCause(leftForTheNextStart).log("the ledger {} stays", file);
    }
    HeldFiles.closeQuietly(channel);
    HeldFiles.release(file);
  }

  private void deleteIfOurs() throws IOException {
    try {
      if (OwnDirectory.leadsTo(file, key)) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException already) {
      // As wanted.
    }
  }

  private void leave() throws IOException {
    try (var ledgers = directory.openLedgers()) {
      ledgers.open(name + LEFT, StandardOpenOption.CREATE).close();
    }
  }
}
