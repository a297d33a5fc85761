package dev.procman.core.resource;

import java.util.Arrays;

/// A ring of stretches of equal length, each with the lowest, mean and highest value seen in it.
/// Its memory is bounded from the start; blocks of it are taken when first written to, so that a
/// short history is small.
final class Tier {
  private static final int BLOCK = 60;
  private static final int FIGURES = 3;

  private final long resolution;
  private final int size;
  private final float[][] blocks;
  private long head = -1;
  private double sum;
  private int count;

  /// @param resolution nanoseconds of a stretch
  /// @param size how many stretches are kept, a multiple of 60
  Tier(long resolution, int size) {
    this.resolution = resolution;
    this.size = size;
    this.blocks = new float[size / BLOCK][];
  }

  /// The time that is kept, in nanoseconds.
  long span() {
    return resolution * size;
  }

  /// @param time nanoseconds since the origin of this history, never before the latest
  void add(long time, double value) {
    long stretch = time / resolution;
    if (stretch > head) {
      skipTo(stretch);
      sum = 0;
      count = 0;
      put(stretch, value, value, value);
    }
    sum += value;
    count++;
    put(head, Math.min(value, get(head, 0)), sum / count, Math.max(value, get(head, 2)));
  }

  private void skipTo(long stretch) {
    long first = Math.max(head + 1, stretch - size + 1);
    for (long skipped = first; skipped < stretch; skipped++) {
      if (blocks[block(skipped)] != null) {
        put(skipped, Double.NaN, Double.NaN, Double.NaN);
      }
    }
    head = stretch;
  }

  private int block(long stretch) {
    return (int) (stretch % size) / BLOCK;
  }

  private void put(long stretch, double min, double mean, double max) {
    int block = block(stretch);
    var figures = blocks[block];
    if (figures == null) {
      figures = new float[BLOCK * FIGURES];
      Arrays.fill(figures, Float.NaN);
      blocks[block] = figures;
    }
    int at = (int) (stretch % size) % BLOCK * FIGURES;
    figures[at] = (float) min;
    figures[at + 1] = (float) mean;
    figures[at + 2] = (float) max;
  }

  private double get(long stretch, int figure) {
    var figures = blocks[block(stretch)];
    return figures == null
        ? Double.NaN
        : figures[(int) (stretch % size) % BLOCK * FIGURES + figure];
  }

  /// Tells the stretches that end after `from`, oldest first; those without a value are left out.
  void visit(long from, Visitor visitor) {
    if (head < 0) {
      return;
    }
    long oldest = Math.max(0, head - size + 1);
    for (long stretch = Math.max(oldest, Math.floorDiv(from, resolution));
        stretch <= head;
        stretch++) {
      double mean = get(stretch, 1);
      if (!Double.isNaN(mean)) {
        visitor.see((stretch + 1) * resolution, get(stretch, 0), mean, get(stretch, 2));
      }
    }
  }

  /// Sees stretches.
  @FunctionalInterface
  interface Visitor {
    void see(long end, double min, double mean, double max);
  }
}
