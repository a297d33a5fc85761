package dev.procman.core.host;

import dev.procman.proc.ProcFs;
import java.util.Optional;
import java.util.regex.Pattern;

/// The JVM that a manager's mark names, `<pid>-<start ticks>-<random>`: pid *and* start time, so a
/// reused pid is not taken for it. What it keeps on the machine is named after the mark; so whose
/// that is can be read off the name, without opening a file, which would give back this JVM's lock
/// on it (fcntl(2)), whichever copy of procman took that.
///
/// @param pid its process id
/// @param startTicks when it was started, in clock ticks since the boot; 0 elsewhere than on Linux
record Owner(long pid, long startTicks) {
  private static final Pattern MARK = Pattern.compile("([0-9]{1,10})-([0-9]{1,18})-[0-9a-f]+");
  private static final Owner SELF =
      new Owner(ProcessHandle.current().pid(), ProcFs.ownStartTicks());

  /// This JVM.
  static Owner self() {
    return SELF;
  }

  /// The JVM in a mark; empty when the mark names none.
  static Optional<Owner> of(String mark) {
    var match = MARK.matcher(mark);
    return match.matches()
        ? Optional.of(new Owner(Long.parseLong(match.group(1)), Long.parseLong(match.group(2))))
        : Optional.empty();
  }

  /// Whether that very JVM is alive. One in another pid namespace cannot be seen, and counts as
  /// not.
  boolean isAlive() {
    return equals(SELF)
        || (ProcFs.isAvailable()
            ? ProcFs.isAlive(pid, startTicks)
            : ProcessHandle.of(pid).isPresent());
  }
}
