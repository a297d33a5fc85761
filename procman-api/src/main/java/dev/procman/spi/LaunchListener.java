package dev.procman.spi;

import dev.procman.ExitStatus;
import dev.procman.StdStream;
import java.nio.ByteBuffer;

/// Told by a launcher what its process does. Implementations return quickly and never throw.
///
/// Order: any number of [#onOutput]; [#onExit] exactly once, when the process ends, whether or not
/// its pipes are still open; further [#onOutput]; [#onDrained] exactly once, after the exit and
/// last. [#onServiceState] comes before [#onExit]. Calls of one process never overlap.
public interface LaunchListener {

  /// Bytes were printed. The buffer is the launcher's, may have no array, and is only valid during
  /// the call.
  void onOutput(StdStream stream, ByteBuffer bytes);

  /// The process told something new of itself, which [LaunchedProcess#serviceState()] now holds;
  /// signs of life alone are no news. Several at a time may be told as one, and the first before
  /// the launch has returned.
  default void onServiceState() {}

  /// The process ended.
  void onExit(ExitStatus status);

  /// No more output will come.
  ///
  /// @param truncated whether something else still held a pipe open when reading ended
  void onDrained(boolean truncated);
}
