package dev.procman.core.supervisor;

import dev.procman.Diagnosis;
import dev.procman.proc.ProcFs;
import java.util.ArrayList;
import java.util.List;

/// What a process left in the background when it ended by itself, such as a program that makes a
/// daemon of itself, and procman ended: in its report it is named, since who has started such a
/// program sees a success and no service.
final class LeftBehind {
  private static final int MOST_NAMED = 3;
  private static final int LONGEST = 120;

  private LeftBehind() {}

  /// The members of a tree in words, secrets masked: `pid 42 (sleep 100)`.
  static List<String> named(List<Long> pids, Secrets secrets) {
    return pids.stream().map(pid -> "pid " + pid + command(pid, secrets)).toList();
  }

  private static String command(long pid, Secrets secrets) {
    var words = secrets.mask(String.join(" ", ProcFs.commandLine(pid)).strip());
    if (words.isEmpty()) {
      return "";
    }
    return " (" + (words.length() <= LONGEST ? words : words.substring(0, LONGEST) + "…") + ")";
  }

  /// The diagnosis with what was left behind.
  static Diagnosis in(Diagnosis diagnosis, List<String> named) {
    if (named.isEmpty()) {
      return diagnosis;
    }
    int more = named.size() - MOST_NAMED;
    var evidence = new ArrayList<>(diagnosis.evidence());
    named.forEach(member -> evidence.add("left in the background: " + member));
    return new Diagnosis(
        diagnosis.kind(),
        diagnosis.summary()
            + "; procman ended what it left in the background: "
            + String.join(", ", named.subList(0, Math.min(named.size(), MOST_NAMED)))
            + (more > 0 ? " and " + more + " more" : ""),
        evidence);
  }
}
