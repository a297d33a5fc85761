package dev.procman.benchmarks;

/// What a figure counts, and which way is better.
enum Unit {
  MICROS("µs", false),
  NANOS("ns", false),
  MILLIS("ms", false),
  MEGABYTES("MB", false),
  KILOBYTES("KB", false),
  COUNT("", false),
  PER_SECOND("/s", true),
  MB_PER_SECOND("MB/s", true),
  MILLION_PER_SECOND("M/s", true);

  final String sign;
  final boolean moreIsBetter;

  Unit(String sign, boolean moreIsBetter) {
    this.sign = sign;
    this.moreIsBetter = moreIsBetter;
  }
}
