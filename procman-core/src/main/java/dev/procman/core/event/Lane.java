package dev.procman.core.event;

import dev.procman.event.ProcessEvent;
import org.jspecify.annotations.Nullable;

/// An unbounded first-in-first-out of events, each with a number, in linked chunks.
///
/// Chunks rather than one growing array: growing would copy a whole backlog while the bus is
/// locked. One emptied chunk is kept, so that a queue in its steady state allocates nothing. Not
/// thread-safe: whoever owns it uses it.
final class Lane {
  private static final int CHUNK = 128;

  private static final class Chunk {
    final @Nullable ProcessEvent[] events = new @Nullable ProcessEvent[CHUNK];
    final long[] tags = new long[CHUNK];
    @Nullable Chunk next;
  }

  private Chunk head = new Chunk();
  private Chunk tail = head;
  private @Nullable Chunk spare;
  private int first;
  private int end;
  private long size;

  boolean isEmpty() {
    return size == 0;
  }

  long size() {
    return size;
  }

  void add(ProcessEvent event, long tag) {
    if (end == CHUNK) {
      var chunk = spare == null ? new Chunk() : spare;
      spare = null;
      tail.next = chunk;
      tail = chunk;
      end = 0;
    }
    tail.events[end] = event;
    tail.tags[end] = tag;
    end++;
    size++;
  }

  /// The number of the oldest event; the lane must not be empty.
  long headTag() {
    return head.tags[first];
  }

  /// Takes the oldest event out; null when there is none.
  @Nullable ProcessEvent poll() {
    if (size == 0) {
      return null;
    }
    var event = head.events[first];
    head.events[first] = null;
    first++;
    size--;
    if (size == 0) {
      first = 0;
      end = 0;
    } else if (first == CHUNK) {
      dropHead();
    }
    return event;
  }

  private void dropHead() {
    var emptied = head;
    var next = emptied.next;
    if (next == null) {
      throw new IllegalStateException("a lane that is not empty has lost its next chunk");
    }
    // Unlinked, so that a chunk that grew old in the heap does not keep its younger successors
    // alive.
    emptied.next = null;
    head = next;
    spare = emptied;
    first = 0;
  }
}
