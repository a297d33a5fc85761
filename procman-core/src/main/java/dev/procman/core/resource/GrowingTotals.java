package dev.procman.core.resource;

import dev.procman.ResourceMetric;
import java.util.Arrays;

/// Makes totals of a tree out of the sums over its live members, such that they never fall.
///
/// The sum falls when a member ends. If its parent waits for it, the parent's own figures take over
/// what it used, by the time of the next look at the latest; then the sum is right again. If nobody
/// of the tree does, what it used is gone from the sum, and is kept here. So a total that would
/// fall stays as it is for one look, and what is still missing at the next one is added for good.
@SuppressWarnings("EnumOrdinal") // arrays by ordinal, as in a sample
final class GrowingTotals {
  private static final int METRICS = ResourceMetric.values().length;

  private final long[] told = new long[METRICS];
  private final long[] kept = new long[METRICS];
  private final boolean[] missing = new boolean[METRICS];

  GrowingTotals() {
    Arrays.fill(told, Long.MIN_VALUE);
  }

  /// The total that a sum stands for.
  long of(ResourceMetric metric, long sum) {
    int index = metric.ordinal();
    long total = sum + kept[index];
    if (total >= told[index]) {
      missing[index] = false;
    } else if (missing[index]) {
      missing[index] = false;
      kept[index] += told[index] - total;
      total = told[index];
    } else {
      missing[index] = true;
      total = told[index];
    }
    told[index] = total;
    return total;
  }
}
