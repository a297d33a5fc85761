package dev.procman.watch;

import dev.procman.spi.DurationText;
import dev.procman.InvalidSpecException;
import java.time.Duration;

/// When changes are reported. Immutable.
///
/// @param debounce how long nothing must have changed before changes are reported; default 300 ms;
///   zero reports at once
/// @param maxWait changes are reported after this time though more keep coming; default 10 s
/// @param settle how long an archive that cannot be read, so that it may be half written, holds
///   back the others; after that it is reported as trouble and waits alone; default 30 s
/// @param poll how often files are looked at where the operating system sends no notices; default 1
///   s
public record WatchTiming(Duration debounce, Duration maxWait, Duration settle, Duration poll) {

  private static final Duration LONGEST = Duration.ofDays(365);

  /// Checks the parts.
  ///
  /// @throws InvalidSpecException when a duration is out of range; the message names it
  public WatchTiming {
    require("watch.debounce", debounce, Duration.ZERO);
    require("watch.maxWait", maxWait, debounce);
    require("watch.settle", settle, Duration.ZERO);
    require("watch.poll", poll, Duration.ofMillis(1));
  }

  private static void require(String field, Duration value, Duration least) {
    if (value.compareTo(least) < 0 || value.compareTo(LONGEST) > 0) {
      throw new InvalidSpecException(
          field, value, "use " + DurationText.of(least) + " to " + DurationText.of(LONGEST));
    }
  }

  /// The defaults above.
  public static WatchTiming ofDefaults() {
    return new WatchTiming(
        Duration.ofMillis(300),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(1));
  }

  /// A longer debounce than the longest wait takes that along.
  WatchTiming withDebounce(Duration quiet) {
    var longest = quiet.compareTo(maxWait) > 0 ? quiet : maxWait;
    return new WatchTiming(quiet, longest, settle, poll);
  }

  WatchTiming withMaxWait(Duration longest) {
    return new WatchTiming(debounce, longest, settle, poll);
  }

  WatchTiming withSettle(Duration limit) {
    return new WatchTiming(debounce, maxWait, limit, poll);
  }

  WatchTiming withPoll(Duration interval) {
    return new WatchTiming(debounce, maxWait, settle, interval);
  }
}
