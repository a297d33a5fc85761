package dev.procman.core.output;

import dev.procman.ProcessOutput;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// One reader of the output on a virtual thread of its own: a caller's follower, or a sink.
final class LineFollower implements ProcessOutput.Follower {
  private final LineQueue queue;
  private final LineHandler handler;
  private volatile List<LineParts.Part> replay;
  private final Consumer<LineFollower> onClose;
  private final Thread thread;
  private volatile boolean closed;
  private volatile boolean abandoned;
  private long droppedTold;

  /// @param replay lines delivered before the queue's; held beside the queue, so that they never
  ///   count against its limit
  /// @param onClose takes it off the list of those who are offered lines
  LineFollower(
      String name,
      LineQueue queue,
      LineHandler handler,
      List<LineParts.Part> replay,
      Consumer<LineFollower> onClose) {
    this.queue = queue;
    this.handler = handler;
    this.replay = replay;
    this.onClose = onClose;
    this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  void offer(LineBatch batch, boolean backPressure) {
    queue.offer(batch, backPressure);
  }

  /// The earliest generation of which it may still deliver lines.
  long oldestGeneration() {
    if (hasEnded()) {
      return Long.MAX_VALUE;
    }
    // Those come first, and are gone when the first of the queue is taken.
    var first = replay;
    return first.isEmpty()
        ? queue.oldestGeneration()
        : Math.min(first.getFirst().batch().generation(), queue.oldestGeneration());
  }

  @Override
  public long dropped() {
    return queue.dropped();
  }

  @Override
  public void close() {
    closed = true;
    onClose.accept(this);
    queue.end();
  }

  /// Takes no more lines, delivers what is queued, and ends.
  void finish() {
    queue.end();
  }

  /// Waits for its end, after [#finish()] or [#close()].
  ///
  /// @return whether it has ended; a follower that asks for its own end is not waited for
  boolean awaitEnd(Duration timeout) throws InterruptedException {
    return Thread.currentThread() == thread || thread.join(timeout);
  }

  /// Drops what is queued and interrupts the code it is stuck in.
  void abandon() {
    abandoned = true;
    closed = true;
    queue.end();
    queue.discard();
    thread.interrupt();
  }

  boolean hasEnded() {
    return thread.getState() == Thread.State.TERMINATED;
  }

  private void run() {
    try {
      replay.forEach(this::deliver);
      replay = List.of(); // the ring moves on; do not hold its past
      follow();
    } finally {
      tellDropped();
      handler.end();
    }
  }

  private void follow() {
    while (!closed) {
      var part = queue.poll();
      if (part == null) {
        handler.idle();
        if (!queue.await()) {
          return;
        }
      } else {
        tellDropped();
        deliver(part);
      }
    }
  }

  private void deliver(LineParts.Part part) {
    int i = part.from();
    for (; i < part.batch().size() && !closed; i++) {
      handler.line(part.batch().get(i));
    }
    if (abandoned && i < part.batch().size()) {
      handler.dropped(part.batch().size() - i);
    }
  }

  private void tellDropped() {
    long dropped = queue.dropped();
    if (dropped > droppedTold) {
      handler.dropped(dropped - droppedTold);
      droppedTold = dropped;
    }
  }
}
