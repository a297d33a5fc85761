package dev.procman.core.host;

import dev.procman.proc.ProcFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The control group of a tree that a dead JVM left behind. Whatever is in it belongs to the tree,
/// whoever its parents were and whatever became of its environment.
///
/// @param directory of the group
record LeftGroup(Path directory) {
  private static final Logger log = LoggerFactory.getLogger(LeftGroup.class);
  private static final String MEMBERS = "cgroup.procs";

  /// The group that a line of the ledger of a manager names, `g <mark> <directory>`. One that is
  /// not named as the groups of that manager's JVM are is not believed.
  static Optional<LeftGroup> of(String mark, String line) {
    var fields = line.split(" ", 3);
    if (fields.length < 3 || !fields[0].equals("g") || !fields[1].startsWith(mark + "/")) {
      return Optional.empty();
    }
    var own = Owner.of(mark).map(jvm -> "procman-" + jvm.pid() + "-" + jvm.startTicks() + "-");
    try {
      var directory = Path.of(fields[2]);
      var name = directory.getFileName();
      boolean named =
          directory.isAbsolute()
              && name != null
              && own.filter(name.toString()::startsWith).isPresent();
      return named && Files.isRegularFile(directory.resolve(MEMBERS))
          ? Optional.of(new LeftGroup(directory))
          : Optional.empty();
    } catch (InvalidPathException torn) {
      return Optional.empty();
    }
  }

  /// The live members with their start times.
  Map<Long, Long> members() {
    var members = new HashMap<Long, Long>();
    try {
      for (String line : Files.readAllLines(directory.resolve(MEMBERS))) {
        // 0 is a process of another pid namespace.
        if (line.matches("[1-9]\\d{0,9}")) {
          long pid = Long.parseLong(line);
          ProcFs.startTicks(pid).ifPresent(ticks -> members.put(pid, ticks));
        }
      }
    } catch (IOException gone) {
      // Nobody is in it.
    }
    return members;
  }

  /// Kills all members at one stroke; before Linux 5.14 that is left to who kills one by one.
  void kill() {
    var kill = directory.resolve("cgroup.kill");
    if (Files.isWritable(kill)) {
      try {
        Files.writeString(kill, "1", StandardOpenOption.WRITE);
      } catch (IOException gone) {
        log.atDebug().log("{} has nobody to kill", directory);
      }
    }
  }
}
