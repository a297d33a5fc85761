package dev.procman;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// What one generation has told of itself by sd_notify(3) up to one moment. It is what the process
/// says, not what was found out about it; the health check `notified()` makes a verdict of it.
///
/// @param phase where it says it stands
/// @param status what it does, in its own words (`STATUS=`); empty when it said none
/// @param mainPid the member of its tree that does the work (`MAINPID=`); empty when it is the
///   process itself
/// @param error the number of the error it fails by (`ERRNO=`, errno(3))
/// @param busError the name of the error it fails by (`BUSERROR=`)
/// @param watchdogAge time since its last sign of life (`WATCHDOG=1`); empty when there was none
/// @param watchdogInterval how long it asks to be let without one (`WATCHDOG_USEC=`)
/// @param watchdogTriggered whether it asked to be taken for dead (`WATCHDOG=trigger`)
/// @param extension how much longer it asks to be waited for with what it does (
///   `EXTEND_TIMEOUT_USEC=`); empty when it did not, or that time is over
/// @param ignored how many messages were not believed: from outside of its tree, too long, or
///   without sense
public record ServiceState(
    Phase phase,
    Optional<String> status,
    OptionalLong mainPid,
    OptionalInt error,
    Optional<String> busError,
    Optional<Duration> watchdogAge,
    Optional<Duration> watchdogInterval,
    boolean watchdogTriggered,
    Optional<Duration> extension,
    long ignored) {

  /// Where a process says it stands.
  public enum Phase {
    /// It has not said that it is ready.
    STARTING,
    /// `READY=1`: it serves.
    READY,
    /// `RELOADING=1`: it reads its configuration again, and will say that it is ready.
    RELOADING,
    /// `STOPPING=1`: it is about to end; that is final.
    STOPPING
  }
}
