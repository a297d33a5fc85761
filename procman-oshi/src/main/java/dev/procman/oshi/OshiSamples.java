package dev.procman.oshi;

import dev.procman.ResourceMetric;
import dev.procman.ResourceSample;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import oshi.software.os.OSProcess;

/// Makes samples of what OSHI tells. OSHI answers with zero or less what it does not know; zero is
/// taken for not known wherever a live process cannot have it.
final class OshiSamples {
  private OshiSamples() {}

  /// @param members the live members of a tree
  /// @param linux whether zero faults and zero bytes of storage are figures there
  static ResourceSample of(long nanoTime, List<OSProcess> members, boolean linux) {
    var sample = ResourceSample.at(nanoTime);
    sample.set(ResourceMetric.PROCESSES, members.size());
    long least = linux ? 0 : 1;
    sum(sample, ResourceMetric.RESIDENT_MEMORY, members, OSProcess::getResidentMemory, 1);
    sum(sample, ResourceMetric.UNIQUE_MEMORY, members, OshiSamples::unshared, 1);
    sum(sample, ResourceMetric.CPU_USER_TIME, members, process -> nanos(process.getUserTime()), 0);
    sum(
        sample,
        ResourceMetric.CPU_SYSTEM_TIME,
        members,
        process -> nanos(process.getKernelTime()),
        0);
    sum(sample, ResourceMetric.STORAGE_READ, members, OSProcess::getBytesRead, least);
    sum(sample, ResourceMetric.STORAGE_WRITTEN, members, OSProcess::getBytesWritten, least);
    sum(sample, ResourceMetric.THREADS, members, OSProcess::getThreadCount, 1);
    sum(sample, ResourceMetric.MINOR_FAULTS, members, OSProcess::getMinorFaults, least);
    sum(sample, ResourceMetric.MAJOR_FAULTS, members, OSProcess::getMajorFaults, least);
    sum(
        sample,
        ResourceMetric.VOLUNTARY_SWITCHES,
        members,
        OSProcess::getVoluntaryContextSwitches,
        1);
    sum(
        sample,
        ResourceMetric.INVOLUNTARY_SWITCHES,
        members,
        OSProcess::getInvoluntaryContextSwitches,
        1);
    descriptors(sample, members);
    return sample.build();
  }

  /// Where OSHI has no figure of its own it says the same as for all memory in RAM.
  private static long unshared(OSProcess process) {
    long unshared = process.getPrivateResidentMemory();
    return unshared == process.getResidentMemory() ? -1 : unshared;
  }

  private static long nanos(long millis) {
    return millis < 0 ? -1 : TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /// A sum that misses a part is absent.
  private static void sum(
      ResourceSample.Builder sample,
      ResourceMetric metric,
      List<OSProcess> members,
      ToLongFunction<OSProcess> figure,
      long least) {
    long sum = 0;
    for (var member : members) {
      long value = figure.applyAsLong(member);
      if (value < least) {
        return;
      }
      sum += value;
    }
    sample.set(metric, sum);
  }

  private static void descriptors(ResourceSample.Builder sample, List<OSProcess> members) {
    double fullest = -1;
    for (var member : members) {
      long open = member.getOpenFiles();
      long limit = member.getSoftOpenFileLimit();
      if (open < 0) {
        continue;
      }
      double share = limit > 0 ? (double) open / limit : 0;
      if (share > fullest) {
        fullest = share;
        sample.set(ResourceMetric.DESCRIPTORS, open);
        if (limit > 0) {
          sample.set(ResourceMetric.DESCRIPTOR_LIMIT, limit);
        }
      }
    }
  }
}
