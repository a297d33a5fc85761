package dev.procman.watch;

import java.util.Optional;

/// What came of acting on a change.
sealed interface Outcome {
  /// All that had to be done was done.
  record Done() implements Outcome {}

  /// Something that had to be done was not.
  ///
  /// @param reason why, for people
  record Failed(String reason) implements Outcome {}

  /// Neither success nor failure: nothing was to be done, or somebody has stopped the process, or
  /// the next change was there before.
  record Nothing() implements Outcome {}

  static Outcome of(Optional<String> failure) {
    return failure.<Outcome>map(Failed::new).orElseGet(Done::new);
  }
}
