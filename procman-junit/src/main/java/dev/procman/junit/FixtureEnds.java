package dev.procman.junit;

import dev.procman.Dependency;
import dev.procman.Desired;
import dev.procman.ExitReport;
import dev.procman.ManagedProcess;
import dev.procman.OutputLine;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessSnapshot;
import dev.procman.ProcessState;
import dev.procman.WaitTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/// Fails a test whose processes have ended by themselves while it used them: what it has found out
/// is of no worth then. Each test compares with how it found them, so that of tests that run at the
/// same time each one hears of it.
final class FixtureEnds {
  private static final String MAY_END = "may end";
  private static final String BEFORE = "before the test";
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int LINES = 10;
  private static final Set<Dependency.Condition> ENDS =
      Set.of(Dependency.Condition.COMPLETED_SUCCESSFULLY, Dependency.Condition.ENDED);

  private static final ProcessState[] DECIDED =
      EnumSet.complementOf(EnumSet.of(ProcessState.STOPPING)).toArray(ProcessState[]::new);

  private FixtureEnds() {}

  /// How a test has found a process.
  private record Mark(int restarts, long generation) {
    static Mark of(ManagedProcess process) {
      var now = process.snapshot();
      return new Mark(now.restarts(), now.generation());
    }
  }

  /// What marks are kept in.
  private record Marks(Map<ManagedProcess, Mark> marks) {}

  private record Names(Set<String> names) {}

  /// Lets processes of that name end by themselves in this scope.
  static void allow(ExtensionContext context, Collection<String> names) {
    if (!names.isEmpty()) {
      var all = new HashSet<>(allowed(context));
      all.addAll(names);
      Scopes.store(context).put(MAY_END, new Names(all));
    }
  }

  private static Set<String> allowed(ExtensionContext context) {
    return Scopes.store(context).getOrDefault(MAY_END, Names.class, new Names(Set.of())).names();
  }

  /// A test begins.
  static void begin(ExtensionContext context) {
    var marks = new LinkedHashMap<ManagedProcess, Mark>();
    for (var scope : Scopes.visible(context).scopes()) {
      scope.fixtures().forEach(process -> marks.put(process, Mark.of(process)));
    }
    // What an extension has noted that came before keeps its mark.
    Optional.ofNullable(Scopes.store(context).get(BEFORE, Marks.class))
        .ifPresent(earlier -> marks.putAll(earlier.marks()));
    Scopes.store(context).put(BEFORE, new Marks(marks));
  }

  /// A test has ended.
  ///
  /// @throws AssertionFailedError when a process of it has ended by itself
  static void check(ExtensionContext context) {
    var before = Scopes.store(context).remove(BEFORE, Marks.class);
    if (before == null
        || context
            .getExecutionException()
            .filter(TestAbortedException.class::isInstance)
            .isPresent()) {
      return;
    }
    var visible = Scopes.visible(context);
    var mayEnd = allowed(context);
    var ends = new ArrayList<String>();
    for (var scope : visible.scopes()) {
      for (var process : scope.fixtures()) {
        var mark = before.marks().get(process);
        if (mark != null
            && !mayEnd.contains(process.name())
            && !isAwaited(process, visible.all())) {
          end(process, mark, scope).ifPresent(ends::add);
        }
      }
    }
    if (!ends.isEmpty()) {
      var failure = new AssertionFailedError(String.join("\n", ends));
      FailedTest.report(context, failure);
      throw failure;
    }
  }

  /// Whether another process waits for its end, which is what it is there for then.
  private static boolean isAwaited(ManagedProcess process, List<ManagedProcess> all) {
    return all.stream()
        .flatMap(other -> other.spec().dependencies().stream())
        .anyMatch(dependency ->
            dependency.process().equals(process.name()) && ENDS.contains(dependency.condition()));
  }

  private static Optional<String> end(ManagedProcess process, Mark mark, Fixtures scope) {
    var now = settled(process);
    boolean restarted = now.restarts() > mark.restarts();
    boolean done =
        now.generation() == mark.generation() && scope.hadCompleted(process, now.generation());
    boolean down =
        now.desired() == Desired.UP
            && now.state() != ProcessState.RUNNING
            && now.lastExit().filter(exit -> !exit.requested()).isPresent();
    return restarted || (down && !done) ? Optional.of(words(now, restarted)) : Optional.empty();
  }

  /// When what is on its way is known: its launcher may have seen an end that it has not told yet.
  private static ProcessSnapshot settled(ManagedProcess process) {
    try {
      switch (process.state()) {
        case RUNNING -> process.awaitReady(PATIENCE);
        case STOPPING -> {
          var _ = process.awaitState(PATIENCE, DECIDED);
        }
        default -> {}
      }
    } catch (ProcessNotReadyException | WaitTimeoutException told) {
      // The snapshot says it too.
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return process.snapshot();
  }

  private static String words(ProcessSnapshot now, boolean restarted) {
    var text = new StringBuilder("the process '").append(now.name()).append("' ended by itself");
    text.append(" while the test used it");
    now.lastExit().map(ExitReport::describe).ifPresent(how -> text.append(": ").append(how));
    text.append("; it is ").append(now.state());
    if (restarted) {
      text.append(", and was started again");
    }
    text.append(". Where that is meant, say @Supervised(mayEnd = true)");
    var lines = now.lastExit().map(ExitReport::lastLines).orElse(List.<OutputLine>of());
    lines
        .subList(Math.max(0, lines.size() - LINES), lines.size())
        .forEach(line -> text.append("\n    ").append(line.text()));
    return text.toString();
  }
}
