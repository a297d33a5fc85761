package dev.procman.core.manager;

import dev.procman.Dependency;
import dev.procman.ProcessOutput;
import dev.procman.ProcessSpec;
import dev.procman.core.supervisor.Supervisor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/// Watches the output of processes for the lines that their dependents wait for: from the time at
/// which both are registered, since a line may have left the ring long before a dependent asks.
/// Thread-safe. Costs nothing while no process has such a dependency.
final class PrintedLines {
  private final Function<String, Optional<Supervisor>> lookup;
  private final Runnable onNews;
  private final Map<Supervisor, Set<Line>> wanted = new HashMap<>();
  private final Map<Line, Watch> watches = new HashMap<>();

  /// A line that is waited for.
  private record Line(String process, Dependency.Printed condition) {}

  /// What is known of a line.
  enum Answer {
    /// The generation has printed it.
    PRINTED,
    /// It has not, as far as it has been looked at.
    NOT_YET,
    /// It has not, and all that it has printed so far has been looked at.
    NOT_PRINTED
  }

  /// @param lookup the registered process of a name; called without the registry's lock
  /// @param onNews called when an answer may be another one, on a thread of its own
  PrintedLines(Function<String, Optional<Supervisor>> lookup, Runnable onNews) {
    this.lookup = lookup;
    this.onNews = onNews;
  }

  /// Takes over what a process waits for. Not called under the registry's lock.
  synchronized void want(Supervisor dependent, ProcessSpec spec) {
    var lines = new LinkedHashSet<Line>();
    for (var dependency : spec.dependencies()) {
      if (dependency.condition() instanceof Dependency.Printed printed) {
        lines.add(new Line(dependency.process(), printed));
      }
    }
    var before = lines.isEmpty() ? wanted.remove(dependent) : wanted.put(dependent, lines);
    if (!lines.isEmpty() || before != null) {
      watch();
    }
  }

  /// A process was registered that others may wait for already. Not called under the registry's
  /// lock.
  synchronized void registered() {
    if (!wanted.isEmpty()) {
      watch();
    }
  }

  /// A supervisor is retired.
  synchronized void forget(Supervisor supervisor) {
    if (wanted.remove(supervisor) != null
        || watches.values().stream().anyMatch(it -> it.of == supervisor)) {
      watch();
    }
  }

  private void watch() {
    var needed = new LinkedHashSet<Line>();
    wanted.values().forEach(needed::addAll);
    for (var line : new ArrayList<>(watches.keySet())) {
      var watch = watches.get(line);
      boolean current =
          watch != null && lookup.apply(line.process()).filter(it -> it == watch.of).isPresent();
      if (watch != null && !(needed.contains(line) && current)) {
        watches.remove(line);
        watch.close();
      }
    }
    for (var line : needed) {
      if (!watches.containsKey(line)) {
        lookup
            .apply(line.process())
            .ifPresent(of -> watches.put(line, new Watch(of, line.condition(), onNews)));
      }
    }
  }

  /// Whether a generation of a process has printed a line.
  Answer answer(String process, Dependency.Printed condition, long generation) {
    Watch watch;
    synchronized (this) {
      watch = watches.get(new Line(process, condition));
    }
    return watch == null ? Answer.NOT_YET : watch.answer(generation);
  }

  /// Looks at the lines of one process for one expression, on the thread of a follower.
  private static final class Watch {
    private final Supervisor of;
    private final Pattern pattern;
    private final Runnable onNews;
    private final ProcessOutput.Follower follower;

    /// None: before the first generation, number 0 is current.
    private long printedBy = -1;

    private long lookedAt;
    private long awaited = Long.MAX_VALUE;

    Watch(Supervisor of, Dependency.Printed condition, Runnable onNews) {
      this.of = of;
      this.pattern = Pattern.compile(condition.regex());
      this.onNews = onNews;
      this.follower = of.handle().output().follow(this::line);
    }

    private void line(dev.procman.OutputLine line) {
      boolean found = line.generation() > generation() && pattern.matcher(line.text()).find();
      boolean news;
      synchronized (this) {
        lookedAt = line.sequence();
        news = found || lookedAt >= awaited;
        if (found) {
          printedBy = line.generation();
        }
        if (lookedAt >= awaited) {
          awaited = Long.MAX_VALUE;
        }
      }
      if (news) {
        onNews.run();
      }
    }

    private synchronized long generation() {
      return printedBy;
    }

    Answer answer(long generation) {
      long printed = of.handle().output().lineCount();
      synchronized (this) {
        if (printedBy == generation) {
          return Answer.PRINTED;
        }
        if (lookedAt >= printed) {
          return Answer.NOT_PRINTED;
        }
        awaited = printed;
        return Answer.NOT_YET;
      }
    }

    void close() {
      follower.close();
    }
  }
}
