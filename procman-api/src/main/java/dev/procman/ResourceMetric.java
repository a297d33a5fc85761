package dev.procman;

/// What can be measured of a process and its tree. A gauge is what it is at the moment; a counter
/// only grows while the same processes live.
public enum ResourceMetric {
  /// Memory in RAM, bytes; pages shared between members of a tree count for each.
  RESIDENT_MEMORY(Kind.GAUGE),
  /// Memory in RAM with each shared page divided among those who share it, bytes.
  PROPORTIONAL_MEMORY(Kind.GAUGE),
  /// Memory in RAM that nobody else shares, bytes.
  UNIQUE_MEMORY(Kind.GAUGE),
  /// Memory moved to swap, bytes.
  SWAPPED_MEMORY(Kind.GAUGE),
  /// Time on a CPU in user mode, nanoseconds.
  CPU_USER_TIME(Kind.COUNTER),
  /// Time on a CPU in kernel mode, nanoseconds.
  CPU_SYSTEM_TIME(Kind.COUNTER),
  /// Bytes fetched from storage.
  STORAGE_READ(Kind.COUNTER),
  /// Bytes sent to storage.
  STORAGE_WRITTEN(Kind.COUNTER),
  /// Calls that read, from whatever.
  READ_CALLS(Kind.COUNTER),
  /// Calls that wrote, to whatever.
  WRITE_CALLS(Kind.COUNTER),
  /// Bytes received over the network, those of TCP.
  NETWORK_RECEIVED(Kind.COUNTER),
  /// Bytes sent over the network and acknowledged, those of TCP.
  NETWORK_SENT(Kind.COUNTER),
  /// Open descriptors; of the member that has the most in proportion to its limit.
  DESCRIPTORS(Kind.GAUGE),
  /// The soft limit on open descriptors of that member.
  DESCRIPTOR_LIMIT(Kind.GAUGE),
  /// Threads.
  THREADS(Kind.GAUGE),
  /// Processes of the tree.
  PROCESSES(Kind.GAUGE),
  /// Times it gave up a CPU by itself.
  VOLUNTARY_SWITCHES(Kind.COUNTER),
  /// Times a CPU was taken from it.
  INVOLUNTARY_SWITCHES(Kind.COUNTER),
  /// Page faults answered without storage.
  MINOR_FAULTS(Kind.COUNTER),
  /// Page faults that waited for storage.
  MAJOR_FAULTS(Kind.COUNTER),
  /// Memory charged to its control group, bytes: also the page cache of files it used and what the
  /// kernel keeps for it. This is what `memory.max` bounds.
  CHARGED_MEMORY(Kind.GAUGE),
  /// The most memory that was ever charged to its control group, bytes.
  CHARGED_MEMORY_PEAK(Kind.GAUGE);

  /// How values behave over time.
  public enum Kind {
    /// A level.
    GAUGE,
    /// A total.
    COUNTER
  }

  private final Kind kind;

  ResourceMetric(Kind kind) {
    this.kind = kind;
  }

  /// How values behave over time.
  public Kind kind() {
    return kind;
  }
}
