package dev.procman.core.event;

import dev.procman.event.ProcessEvent;
import dev.procman.event.SubscribeOptions;
import dev.procman.event.SubscribeOptions.Overflow;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// One subscriber's queue: state events without bound, droppable ones up to the subscriber's
/// buffer.
///
/// Publishers fill one pair of lanes under the bus's lock; the subscriber's thread empties another
/// pair without it, and exchanges the two ([#exchange()]) when its own is empty. The two kinds lie
/// in separate lanes, because the oldest droppable event must go without touching the state events
/// around it. Order between the lanes comes from *ordinals*: every droppable event that was offered
/// has one, also if it was dropped at once; a state event remembers how many were offered before
/// it. So the reader can merge exactly, and a missing ordinal is a dropped event whose place is
/// known.
///
/// Events already handed over count against the buffer until they are delivered, so the bound is
/// exact: `taken` counts the stored droppable events that have left, either claimed by the reader
/// or revoked by a publisher; one compare-and-set decides between the two.
final class Mailbox {
  /// The backlog of state events that is worth a warning.
  static final long WORRYING_BACKLOG = 100_000;

  private final int buffer;
  private final Overflow overflow;

  // Of the publishers, under the bus's lock.
  private Lane states = new Lane();
  private Lane droppables = new Lane();
  private long ordinals;
  private long stored;
  private long takenSeen;
  private long statesOffered;
  private long statesTakenSeen;
  private long warnAt = WORRYING_BACKLOG;

  // Of both sides.
  private final AtomicLong taken = new AtomicLong();
  private final AtomicLong statesTaken = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong backlogToReport = new AtomicLong();
  private volatile boolean filled;
  private volatile boolean waiting;

  // Of the reader.
  private Lane readStates = new Lane();
  private Lane readDroppables = new Lane();
  private long readIndex;
  private long accounted;
  private long gap;

  Mailbox(SubscribeOptions options) {
    buffer = options.buffer();
    overflow = options.overflow();
  }

  /// Queues an event; under the bus's lock.
  ///
  /// @return whether the subscriber's thread must be woken or a backlog reported, both after the
  ///   lock is released
  boolean offer(ProcessEvent event, boolean droppable) {
    boolean attention = false;
    if (droppable) {
      long ordinal = ordinals++;
      if (!makeRoom()) {
        return false;
      }
      droppables.add(event, ordinal);
      stored++;
    } else {
      states.add(event, ordinals);
      statesOffered++;
      attention = isBacklogWorrying();
    }
    if (!filled) {
      filled = true;
    }
    return wakeIfWaiting() || attention;
  }

  private boolean makeRoom() {
    // `taken` is written by the reader at every event; asking for it only when the buffer seems
    // full spares
    // the publisher a cache miss each time.
    if (stored - takenSeen < buffer) {
      return true;
    }
    takenSeen = taken.get();
    if (stored - takenSeen < buffer) {
      return true;
    }
    switch (overflow) {
      case DROP_NEWEST -> {
        countDrop();
        return false;
      }
      case DROP_OLDEST -> {
        // If the reader is faster here, the event is being delivered, and there is room.
        if (taken.compareAndSet(takenSeen, takenSeen + 1)) {
          long firstStillHere = stored - droppables.size();
          if (takenSeen >= firstStillHere) {
            droppables.poll();
          }
          countDrop();
        }
        return true;
      }
    }
    throw new AssertionError(overflow);
  }

  private void countDrop() {
    dropped.lazySet(dropped.getPlain() + 1);
  }

  private boolean isBacklogWorrying() {
    if (statesOffered - statesTakenSeen < warnAt) {
      return false;
    }
    statesTakenSeen = statesTaken.getOpaque();
    if (statesOffered - statesTakenSeen < warnAt) {
      return false;
    }
    backlogToReport.set(warnAt);
    warnAt *= 2;
    return true;
  }

  /// Ends the reader's wait; under the bus's lock.
  ///
  /// @return whether there was one, so that its thread must be unparked
  boolean wakeIfWaiting() {
    if (!waiting) {
      return false;
    }
    waiting = false;
    return true;
  }

  /// Whether there may be something to exchange; a hint that needs no lock.
  boolean isFilled() {
    return filled;
  }

  /// Whether the reader has announced that it will park and nothing came since.
  boolean isWaiting() {
    return waiting;
  }

  /// Announces that the reader is going to park; under the bus's lock, after [#exchange()] found
  /// nothing.
  void announceWait() {
    waiting = true;
  }

  /// Hands all that is queued to the reader, whose lanes must be empty; under the bus's lock.
  ///
  /// @return whether there was anything
  boolean exchange() {
    filled = false;
    if (states.isEmpty() && droppables.isEmpty()) {
      warnAt = WORRYING_BACKLOG;
      return false;
    }
    var emptyStates = readStates;
    readStates = states;
    states = emptyStates;
    readIndex = stored - droppables.size();
    var emptyDroppables = readDroppables;
    readDroppables = droppables;
    droppables = emptyDroppables;
    return true;
  }

  /// Forgets what is queued; under the bus's lock.
  void discard() {
    states = new Lane();
    droppables = new Lane();
  }

  /// The dropped events that nothing followed; under the bus's lock, by the reader after its last
  /// event.
  long trailingGap() {
    return ordinals - accounted;
  }

  /// The reader's next event, in order; null when what was handed over is used up. [#gap()] then
  /// tells what is missing before it.
  @Nullable ProcessEvent next() {
    while (true) {
      if (!readStates.isEmpty()
          && (readDroppables.isEmpty() || readDroppables.headTag() >= readStates.headTag())) {
        gap = readStates.headTag() - accounted;
        accounted += gap;
        statesTaken.setOpaque(statesTaken.getPlain() + 1);
        return readStates.poll();
      }
      if (readDroppables.isEmpty()) {
        return null;
      }
      long ordinal = readDroppables.headTag();
      var event = readDroppables.poll();
      long index = readIndex++;
      if (taken.compareAndSet(index, index + 1)) {
        gap = ordinal - accounted;
        accounted = ordinal + 1;
        return event;
      }
    }
  }

  /// How many droppable events were dropped just before the one that [#next()] gave.
  long gap() {
    return gap;
  }

  /// Whether anything handed over is left to read.
  boolean hasUnread() {
    return !readStates.isEmpty() || !readDroppables.isEmpty();
  }

  /// How many droppable events were dropped in all.
  long dropped() {
    return dropped.get();
  }

  /// The backlog to warn of, once; 0 when there is none.
  long takeBacklogToReport() {
    return backlogToReport.getAndSet(0);
  }
}
