package dev.procman.core.resource;

import static dev.procman.core.resource.ProcTexts.ABSENT;

import java.io.File;
import java.util.concurrent.TimeUnit;

/// One process of a tree, and what was read of it last.
final class ProcMember implements AutoCloseable {
  /// How often what is dear is read.
  private static final long SELDOM = TimeUnit.SECONDS.toNanos(10);

  /// Reading it may take this share of the time: the kernel walks through all pages of a process
  /// for its proportional share of memory, which takes a second for some 100 GB.
  private static final long COST_SHARE = 500;

  /// But no figure is older than this: a limit on memory may rest on it.
  private static final long OLDEST = TimeUnit.MINUTES.toNanos(1);

  /// Where its memory has grown by an eighth, and a mebibyte, since, it is read again so soon, and
  /// may take this share.
  private static final long SOON = TimeUnit.SECONDS.toNanos(1);

  private static final long SOON_SHARE = 20;

  private static final long PAGES = 256;

  /// With more threads, reading the switches of each would be dear.
  private static final int FEW_THREADS = 64;

  /// Whether the size of the directory of descriptors is their number (since Linux 6.2).
  private static final boolean SIZE_IS_COUNT = new File("/proc/self/fd").length() > 0;

  final long pid;
  final long startTicks;
  final StatLine stat = new StatLine();

  private final String directory;
  private final ProcFile statFile;
  private final ProcFile ioFile;
  private final File descriptorsDirectory;
  private boolean ioRefused;
  private long seldomDue;
  private long soonDue;
  private long residentThen;
  private boolean seldomRead;

  long readCalls = ABSENT;
  long writeCalls = ABSENT;
  long storageRead = ABSENT;
  long storageWritten = ABSENT;
  long descriptors = ABSENT;

  long swapped = ABSENT;
  long proportional = ABSENT;
  long unique = ABSENT;
  long voluntarySwitches = ABSENT;
  long involuntarySwitches = ABSENT;
  long descriptorLimit = ABSENT;

  ProcMember(long pid, long startTicks, ProcFile.Allowance allowance) {
    this.pid = pid;
    this.startTicks = startTicks;
    this.directory = "/proc/" + pid;
    this.statFile = new ProcFile(directory + "/stat", allowance);
    this.ioFile = new ProcFile(directory + "/io", allowance);
    this.descriptorsDirectory = new File(directory, "fd");
  }

  /// Reads everything that is due.
  ///
  /// @return whether the process is there, if only as a zombie
  boolean read(byte[] buffer, long now) {
    int length = statFile.read(buffer);
    if (length <= 0 || !stat.parse(buffer, length) || stat.startTicks != startTicks) {
      return false;
    }
    readIo(buffer);
    if (stat.isDead()) {
      return true;
    }
    descriptors = countDescriptors();
    if (!seldomRead || now - seldomDue >= 0 || (now - soonDue >= 0 && hasGrown())) {
      readSeldom(buffer, now);
    }
    return true;
  }

  private boolean hasGrown() {
    return stat.residentPages > residentThen + residentThen / 8 + PAGES;
  }

  private void readIo(byte[] buffer) {
    if (ioRefused) {
      return;
    }
    int length = ioFile.read(buffer);
    if (length <= 0) {
      // It may have ended in between; then the next look finds it gone.
      ioRefused = !stat.isDead() && new File(directory).exists();
      return;
    }
    readCalls = Bytes.after(buffer, length, ProcTexts.READ_CALLS);
    writeCalls = Bytes.after(buffer, length, ProcTexts.WRITE_CALLS);
    storageRead = Bytes.after(buffer, length, ProcTexts.STORAGE_READ);
    storageWritten = Bytes.after(buffer, length, ProcTexts.STORAGE_WRITTEN);
  }

  private long countDescriptors() {
    if (SIZE_IS_COUNT) {
      return descriptorsDirectory.length();
    }
    var names = descriptorsDirectory.list();
    return names == null ? ABSENT : names.length;
  }

  private void readSeldom(byte[] buffer, long now) {
    long begun = ProcessorTime.nanos();
    residentThen = stat.residentPages;
    int length = ProcFile.readOnce(directory + "/smaps_rollup", buffer);
    if (length > 0) {
      proportional = ProcTexts.proportional(buffer, length);
      unique = ProcTexts.unique(buffer, length);
    }
    length = ProcFile.readOnce(directory + "/status", buffer);
    if (length > 0) {
      swapped = ProcTexts.swapped(buffer, length);
      voluntarySwitches = Bytes.after(buffer, length, ProcTexts.VOLUNTARY);
      involuntarySwitches = Bytes.after(buffer, length, ProcTexts.INVOLUNTARY);
    }
    if (stat.threads > 1) {
      readSwitchesOfThreads(buffer);
    }
    length = ProcFile.readOnce(directory + "/limits", buffer);
    if (length > 0) {
      descriptorLimit = ProcTexts.descriptorLimit(buffer, length);
    }
    // Spread over time, so that the processes of a manager are not all due at once.
    long pause = seldomRead ? SELDOM : SELDOM / 2 + pid % 10 * (SELDOM / 20);
    long cost = ProcessorTime.nanos() - begun;
    seldomDue = now + Math.clamp(cost * COST_SHARE, pause, OLDEST);
    soonDue = now + Math.clamp(cost * SOON_SHARE, SOON, OLDEST);
    seldomRead = true;
  }

  /// `status` of a process tells the switches of its first thread only.
  private void readSwitchesOfThreads(byte[] buffer) {
    voluntarySwitches = ABSENT;
    involuntarySwitches = ABSENT;
    var threads = stat.threads > FEW_THREADS ? null : new File(directory, "task").list();
    if (threads == null) {
      return;
    }
    long voluntary = 0;
    long involuntary = 0;
    for (String thread : threads) {
      int length = ProcFile.readOnce(directory + "/task/" + thread + "/status", buffer);
      if (length > 0) {
        voluntary += Math.max(0, Bytes.after(buffer, length, ProcTexts.VOLUNTARY));
        involuntary += Math.max(0, Bytes.after(buffer, length, ProcTexts.INVOLUNTARY));
      }
    }
    voluntarySwitches = voluntary;
    involuntarySwitches = involuntary;
  }

  @Override
  public void close() {
    statFile.close();
    ioFile.close();
  }
}
