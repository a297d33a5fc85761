package dev.procman.core.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The children of one manager, written down for the time after this JVM's death: for the guard, or
/// at the next start for [LedgerSweep]. Thread-safe.
///
/// One line per birth, `+ <pid> <start ticks> <mark>`, a second one where its tree has a control
/// group, `g <mark> <directory>`, and one per end, `- <mark>`, after a line with the boot's id:
/// pids and ticks mean nothing after another boot. No value of an environment is ever written.
public final class Ledger implements AutoCloseable {
  static final String SUFFIX = ".ledger";

  private final Journal journal;

  private Ledger(Journal journal) {
    this.journal = journal;
  }

  /// Begins a ledger.
  ///
  /// @param mark of the manager, unique
  /// @throws UncheckedIOException when it cannot be written
  public static Ledger create(StateDirectory directory, String mark) {
    return new Ledger(new Journal(directory, mark + SUFFIX, header()));
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

  /// Where it is.
  public Path file() {
    return journal.file();
  }

  /// Whether all children in it are gone.
  public boolean isEmpty() {
    return journal.isEmpty();
  }

  /// Writes down a child.
  ///
  /// @throws UncheckedIOException when it cannot be written now; it will be as soon as it can
  public void born(String mark, long pid, long startTicks) {
    born(mark, pid, startTicks, Optional.empty());
  }

  /// Writes down a child and the control group of its tree.
  ///
  /// @throws UncheckedIOException when it cannot be written now; it will be as soon as it can
  public void born(String mark, long pid, long startTicks, Optional<Path> controlGroup) {
    String birth = "+ " + pid + " " + startTicks + " " + mark + "\n";
    journal.add(
        mark,
        controlGroup
            .map(Path::toString)
            .filter(path -> path.indexOf('\n') < 0)
            .map(path -> birth + "g " + mark + " " + path + "\n")
            .orElse(birth));
  }

  /// Writes down that a child and its tree are gone.
  public void gone(String mark) {
    journal.remove(mark, "- " + mark + "\n");
  }

  /// Makes it again when it was deleted, and writes what could not be written.
  public void mend() {
    journal.mend();
  }

  /// Makes it look used, to cleaners that go by age.
  public void touch() {
    journal.touch();
  }

  /// Gives it up: deletes it when all children are gone, else leaves it to the next manager that
  /// starts here.
  @Override
  public void close() {
    close(false);
  }

  /// Gives it up as [#close()] does.
  ///
  /// @param left whether there are also children that could not be recorded
  public void close(boolean left) {
    journal.close(left);
  }
}
