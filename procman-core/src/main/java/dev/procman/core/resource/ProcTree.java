package dev.procman.core.resource;

import static dev.procman.core.resource.ProcTexts.ABSENT;

import dev.procman.ResourceMetric;
import dev.procman.ResourceSample;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The processes of one target, parents before children, and their sums. A member stays one when
/// its parent is gone.
final class ProcTree implements AutoCloseable {
  final long root;
  final Optional<String> mark;
  private final SystemUnits units;
  private final List<ProcMember> members = new ArrayList<>(1);
  private final GrowingTotals totals = new GrowingTotals();
  private final Sum sum = new Sum();
  private boolean ended;

  /// @param mark the tree mark in the environment of its root
  ProcTree(ProcMember root, Optional<String> mark, SystemUnits units) {
    this.root = root.pid;
    this.mark = mark;
    this.units = units;
    members.add(root);
  }

  void add(ProcMember member) {
    members.add(member);
  }

  List<ProcMember> members() {
    return members;
  }

  /// Whether its first process has ended.
  boolean isEnded() {
    return ended;
  }

  /// Reads all members; those that are gone are members no more. Parents are read before children,
  /// so that what a parent takes over from a child that ends meanwhile is not counted twice.
  ///
  /// @param left is told of each member that is gone
  Optional<ResourceSample> sample(
      byte[] buffer, long now, java.util.function.Consumer<ProcMember> left) {
    sum.clear();
    for (int index = 0; index < members.size(); index++) {
      var member = members.get(index);
      boolean there = member.read(buffer, now);
      if (index == 0 && (!there || member.stat.isDead())) {
        ended = true;
        return Optional.empty();
      }
      if (there) {
        sum.add(member);
      } else {
        members.remove(index--);
        member.close();
        left.accept(member);
      }
    }
    return Optional.of(build());
  }

  private ResourceSample build() {
    var sample = ResourceSample.at(System.nanoTime());
    sample.set(ResourceMetric.RESIDENT_MEMORY, sum.residentPages * units.pageBytes());
    gauge(sample, ResourceMetric.PROPORTIONAL_MEMORY, sum.proportional);
    gauge(sample, ResourceMetric.UNIQUE_MEMORY, sum.unique);
    gauge(sample, ResourceMetric.SWAPPED_MEMORY, sum.swapped);
    counter(sample, ResourceMetric.CPU_USER_TIME, sum.userTicks * units.tickNanos());
    counter(sample, ResourceMetric.CPU_SYSTEM_TIME, sum.systemTicks * units.tickNanos());
    counter(sample, ResourceMetric.STORAGE_READ, sum.storageRead);
    counter(sample, ResourceMetric.STORAGE_WRITTEN, sum.storageWritten);
    counter(sample, ResourceMetric.READ_CALLS, sum.readCalls);
    counter(sample, ResourceMetric.WRITE_CALLS, sum.writeCalls);
    gauge(sample, ResourceMetric.DESCRIPTORS, sum.descriptors);
    gauge(sample, ResourceMetric.DESCRIPTOR_LIMIT, sum.descriptorLimit);
    sample.set(ResourceMetric.THREADS, sum.threads);
    sample.set(ResourceMetric.PROCESSES, sum.processes);
    counter(sample, ResourceMetric.VOLUNTARY_SWITCHES, sum.voluntary);
    counter(sample, ResourceMetric.INVOLUNTARY_SWITCHES, sum.involuntary);
    counter(sample, ResourceMetric.MINOR_FAULTS, sum.minorFaults);
    counter(sample, ResourceMetric.MAJOR_FAULTS, sum.majorFaults);
    return sample.build();
  }

  private static void gauge(ResourceSample.Builder sample, ResourceMetric metric, long value) {
    if (value != ABSENT) {
      sample.set(metric, value);
    }
  }

  private void counter(ResourceSample.Builder sample, ResourceMetric metric, long value) {
    if (value != ABSENT) {
      sample.set(metric, totals.of(metric, value));
    }
  }

  @Override
  public void close() {
    members.forEach(ProcMember::close);
  }

  /// Sums over the members; a sum that misses a live member's part is absent.
  private static final class Sum {
    private long processes;
    private long residentPages;
    private long threads;
    private long userTicks;
    private long systemTicks;
    private long minorFaults;
    private long majorFaults;
    private long proportional;
    private long unique;
    private long swapped;
    private long storageRead;
    private long storageWritten;
    private long readCalls;
    private long writeCalls;
    private long voluntary;
    private long involuntary;
    private long descriptors;
    private long descriptorLimit;

    void clear() {
      processes = 0;
      residentPages = 0;
      threads = 0;
      userTicks = 0;
      systemTicks = 0;
      minorFaults = 0;
      majorFaults = 0;
      proportional = 0;
      unique = 0;
      swapped = 0;
      storageRead = 0;
      storageWritten = 0;
      readCalls = 0;
      writeCalls = 0;
      voluntary = 0;
      involuntary = 0;
      descriptors = ABSENT;
      descriptorLimit = ABSENT;
    }

    void add(ProcMember member) {
      var stat = member.stat;
      userTicks += stat.userTicks;
      systemTicks += stat.systemTicks;
      minorFaults += stat.minorFaults;
      majorFaults += stat.majorFaults;
      storageRead = plus(storageRead, member.storageRead);
      storageWritten = plus(storageWritten, member.storageWritten);
      readCalls = plus(readCalls, member.readCalls);
      writeCalls = plus(writeCalls, member.writeCalls);
      if (stat.isDead()) {
        return;
      }
      processes++;
      residentPages += stat.residentPages;
      threads += stat.threads;
      proportional = plus(proportional, member.proportional);
      unique = plus(unique, member.unique);
      swapped = plus(swapped, member.swapped);
      voluntary = plus(voluntary, member.voluntarySwitches);
      involuntary = plus(involuntary, member.involuntarySwitches);
      if (isFuller(member)) {
        descriptors = member.descriptors;
        descriptorLimit = member.descriptorLimit;
      }
    }

    private static long plus(long sum, long value) {
      return sum == ABSENT || value == ABSENT ? ABSENT : sum + value;
    }

    private boolean isFuller(ProcMember member) {
      if (member.descriptors == ABSENT) {
        return false;
      }
      double of = member.descriptorLimit > 0 ? (double) member.descriptorLimit : 1e18;
      double ofFullest = descriptorLimit > 0 ? (double) descriptorLimit : 1e18;
      return descriptors == ABSENT || member.descriptors / of > descriptors / ofFullest;
    }
  }
}
