package dev.procman;

import java.util.List;
import java.util.function.Consumer;

/// The output of a managed process over all its generations: a bounded ring of lines, and
/// followers. Thread-safe.
///
/// Lines are the child's own words, also where it prints a secret; what procman itself shows of
/// them is masked, see [#maskedTail].
public interface ProcessOutput {

  /// The retained lines, oldest first.
  List<OutputLine> lines();

  /// The last `count` retained lines, oldest first.
  List<OutputLine> tail(int count);

  /// The last `count` retained lines, oldest first, as procman itself shows them: with values of
  /// secret variables masked, each line with those of the generation that printed it at least.
  List<OutputLine> maskedTail(int count);

  /// How many lines were printed since registration, retained or not.
  long lineCount();

  /// How many bytes were read from the children since registration.
  long byteCount();

  /// Follows the output: first the retained lines, then each new one, no gap and no duplicate. The
  /// follower runs on a virtual thread of its own behind a bounded queue of 8192 lines; when it
  /// falls behind, the oldest queued lines are dropped and counted in [Follower#dropped()]. A
  /// follower that throws is logged and goes on with the next line.
  Follower follow(Consumer<? super OutputLine> follower);

  /// A subscription to output.
  interface Follower extends AutoCloseable {
    /// How many lines were dropped because the follower was too slow.
    long dropped();

    /// Ends it; lines already queued may still be delivered. Idempotent.
    @Override
    void close();
  }
}
