package dev.procman.core.resource;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The units in which the kernel counts, as it told this program at its start (getauxval(3)).
///
/// @param pageBytes bytes of a page of memory
/// @param tickNanos nanoseconds of a clock tick
record SystemUnits(long pageBytes, long tickNanos) {
  private static final int PAGE_SIZE = 6;
  private static final int CLOCK_TICKS = 17;
  private static final SystemUnits USUAL = new SystemUnits(4096, 10_000_000);

  static SystemUnits ofThisSystem() {
    var bytes = new byte[4096];
    int length = ProcFile.readOnce("/proc/self/auxv", bytes);
    return length < 0 ? USUAL : parse(bytes, length, ByteOrder.nativeOrder());
  }

  static SystemUnits parse(byte[] vector, int length, ByteOrder order) {
    var longs = ByteBuffer.wrap(vector, 0, length).order(order).asLongBuffer();
    long page = USUAL.pageBytes;
    long tick = USUAL.tickNanos;
    while (longs.remaining() >= 2) {
      long key = longs.get();
      long value = longs.get();
      if (key == PAGE_SIZE && value > 0) {
        page = value;
      } else if (key == CLOCK_TICKS && value > 0) {
        tick = 1_000_000_000 / value;
      }
    }
    return new SystemUnits(page, tick);
  }
}
