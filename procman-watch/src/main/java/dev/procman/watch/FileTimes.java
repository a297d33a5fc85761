package dev.procman.watch;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/// Times of files, in nanoseconds since the epoch.
final class FileTimes {
  /// They are those of the kernel's last tick (10 ms at most), or coarser.
  static final long GRAIN = TimeUnit.MILLISECONDS.toNanos(20);

  private FileTimes() {}

  static long of(Instant moment) {
    return TimeUnit.SECONDS.toNanos(moment.getEpochSecond()) + moment.getNano();
  }

  static long now() {
    return of(Instant.now());
  }

  /// Whether a file was changed between then and now; a time that is still to come says nothing.
  static boolean isBetween(long then, Entry entry) {
    return entry.modified() >= then && entry.modified() <= now() + GRAIN;
  }
}
