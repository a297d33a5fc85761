package dev.procman.core.output;

import dev.procman.OutputLine;

/// What a [LineFollower] does with its lines. Called by the follower's thread only; no method
/// throws.
interface LineHandler {

  void line(OutputLine line);

  /// The follower was too slow, or was given up, and lost lines.
  void dropped(long count);

  /// Nothing is queued now.
  void idle();

  /// No more lines will come. Called once.
  void end();
}
