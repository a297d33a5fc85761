package dev.procman.core.resource;

import java.nio.charset.StandardCharsets;

/// The other texts of `/proc/<pid>` and what is read from them. What a text does not tell is
/// [#ABSENT].
final class ProcTexts {
  static final long ABSENT = -1;

  static final byte[] READ_CALLS = key("syscr:");
  static final byte[] WRITE_CALLS = key("syscw:");
  static final byte[] STORAGE_READ = key("read_bytes:");
  static final byte[] STORAGE_WRITTEN = key("write_bytes:");
  static final byte[] VOLUNTARY = key("voluntary_ctxt_switches:");
  static final byte[] INVOLUNTARY = key("nonvoluntary_ctxt_switches:");
  private static final byte[] SWAPPED = key("VmSwap:");
  private static final byte[] PROPORTIONAL = key("Pss:");
  private static final byte[] CLEAN = key("Private_Clean:");
  private static final byte[] DIRTY = key("Private_Dirty:");
  private static final byte[] OPEN_FILES = key("Max open files");

  private ProcTexts() {}

  private static byte[] key(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// Bytes in swap, from `status`; a kernel thread and a zombie have none to tell of.
  static long swapped(byte[] status, int length) {
    return kilobytes(Bytes.after(status, length, SWAPPED));
  }

  /// The proportional share of memory in bytes, from `smaps_rollup`.
  static long proportional(byte[] rollup, int length) {
    return kilobytes(Bytes.after(rollup, length, PROPORTIONAL));
  }

  /// Memory in bytes that is not shared, from `smaps_rollup`.
  static long unique(byte[] rollup, int length) {
    long clean = Bytes.after(rollup, length, CLEAN);
    long dirty = Bytes.after(rollup, length, DIRTY);
    return clean < 0 || dirty < 0 ? ABSENT : kilobytes(clean + dirty);
  }

  /// The soft limit on descriptors, from `limits`; absent when it is unlimited.
  static long descriptorLimit(byte[] limits, int length) {
    return Bytes.after(limits, length, OPEN_FILES);
  }

  private static long kilobytes(long value) {
    return value < 0 ? ABSENT : value * 1024;
  }
}
