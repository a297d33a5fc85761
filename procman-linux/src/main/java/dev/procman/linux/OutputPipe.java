package dev.procman.linux;

import dev.procman.StdStream;

/// One pipe that is read, and how busy it is. Used by the reactor's thread only.
///
/// A pipe that keeps waking the reactor for a few bytes is taken out of epoll and looked at once a
/// millisecond instead, so that a child that prints line by line costs no wake-up for each; Linux
/// treats network cards alike (NAPI). When it falls silent it goes back; so it does when it gives
/// so much at a time that a wake-up is little beside it, and a pause would leave its writer
/// waiting.
final class OutputPipe {
  private static final long SOON = 500_000;
  private static final int LITTLE = 4 * 1024;
  private static final int MUCH = 16 * 1024;
  private static final int OFTEN = 8;
  private static final int SILENT_LOOKS = 4;
  private static final int FULL_READS = 4;
  private static final int USUAL_CAPACITY = 64 * 1024;

  final LinuxProcess process;
  final StdStream stream;
  final int descriptor;
  boolean open;

  /// Whether it is looked at rather than waited for.
  boolean polled;

  /// Whether it is neither looked at nor waited for.
  boolean left;

  private long lastWake;
  private int streak;
  private int silent;
  private int full;
  private boolean asked;

  /// @param descriptor [Streams#NONE] for one that was never there
  OutputPipe(LinuxProcess process, StdStream stream, int descriptor) {
    this.process = process;
    this.stream = stream;
    this.descriptor = descriptor;
    this.open = descriptor >= 0;
  }

  /// It woke the reactor.
  ///
  /// @return whether it does so too often for what it gives
  boolean wakesTooOften(long now, long read) {
    streak = read < LITTLE && now - lastWake < SOON ? streak + 1 : 0;
    lastWake = now;
    return streak >= OFTEN;
  }

  /// It was looked at.
  ///
  /// @return whether it has been silent for long enough to be waited for again, or gives much
  boolean isToBeWaitedFor(long read) {
    silent = read > 0 ? 0 : silent + 1;
    if (silent < SILENT_LOOKS && read < MUCH) {
      return false;
    }
    silent = 0;
    streak = 0;
    return true;
  }

  /// It was read from.
  ///
  /// @return whether a larger one would save work, asked once
  boolean wantsMoreRoom(long count) {
    full = count >= USUAL_CAPACITY ? full + 1 : 0;
    if (asked || full < FULL_READS) {
      return false;
    }
    asked = true;
    return true;
  }
}
