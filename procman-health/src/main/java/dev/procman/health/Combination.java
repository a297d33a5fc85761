package dev.procman.health;

import dev.procman.InvalidSpecException;
import dev.procman.ProcessSpec;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// The parts of a check that is made of others.
///
/// @param word how it combines them, for messages
/// @param parts the others
record Combination(String word, List<HealthCheck> parts) {

  static Combination of(String word, HealthCheck... parts) {
    if (parts.length == 0) {
      throw new InvalidSpecException("health." + word, "(none)", "name at least one check");
    }
    return new Combination(word, List.of(parts));
  }

  String describe() {
    return parts.stream()
        .map(HealthCheck::describe)
        .collect(Collectors.joining(", ", word + "(", ")"));
  }

  /// One that is polled makes the whole polled; a change in one that is not has it asked again.
  boolean isPolled() {
    return parts.stream().anyMatch(HealthCheck::isPolled);
  }

  Map<String, String> environment() {
    var all = new HashMap<String, String>();
    parts.forEach(part -> all.putAll(part.environment()));
    return all;
  }

  void validate(ProcessSpec spec) {
    parts.forEach(part -> part.validate(spec));
  }

  /// Asks one part; what it throws is its verdict, an interrupt is not.
  static HealthResult ask(HealthCheck part, HealthContext context) throws InterruptedException {
    try {
      return part.check(context);
    } catch (InterruptedException cut) {
      throw cut;
    } catch (Throwable thrown) {
      return HealthResult.ofThrown(thrown);
    }
  }

  /// Asks all parts at the same time, so that one that hangs cannot keep the others from being
  /// heard. One that has not answered shortly before the probe's timeout is interrupted, and that
  /// is its verdict.
  ///
  /// @param decisive when a verdict is, the parts that have not answered are interrupted and left
  ///   out
  /// @return the verdicts in the order of the parts
  List<HealthResult> ask(HealthContext context, Predicate<HealthResult> decisive)
      throws InterruptedException {
    if (parts.size() == 1) {
      return List.of(ask(parts.getFirst(), context));
    }
    var budget = Budget.ofCombination(context);
    var answers = new LinkedBlockingQueue<Answer>();
    var threads = new ArrayList<Thread>();
    var verdicts = new TreeMap<Integer, HealthResult>();
    try {
      for (int i = 0; i < parts.size(); i++) {
        int index = i;
        threads.add(
            Thread.ofVirtual()
                .name("procman-probe-part-" + context.id().name())
                .start(() -> answers.add(new Answer(index, answer(parts.get(index), context)))));
      }
      while (verdicts.size() < parts.size()) {
        var next = answers.poll(Math.max(0, budget.nanosLeft()), TimeUnit.NANOSECONDS);
        if (next == null) {
          late(verdicts, budget);
        } else {
          verdicts.put(next.part, next.result);
          if (decisive.test(next.result)) {
            break;
          }
        }
      }
    } finally {
      end(threads);
    }
    return List.copyOf(verdicts.values());
  }

  private record Answer(int part, HealthResult result) {}

  private static HealthResult answer(HealthCheck part, HealthContext context) {
    try {
      return ask(part, context);
    } catch (InterruptedException cut) {
      return HealthResult.failing("interrupted");
    }
  }

  private void late(Map<Integer, HealthResult> verdicts, Budget budget) {
    for (int i = 0; i < parts.size(); i++) {
      verdicts.putIfAbsent(
          i,
          HealthResult.failing(parts.get(i).describe() + ": no answer within " + budget.words()));
    }
  }

  /// None may be left when the next question is asked.
  private static void end(List<Thread> threads) {
    threads.forEach(Thread::interrupt);
    boolean interrupted = false;
    for (var thread : threads) {
      // An interrupt does not end this wait: a part that ignores its own would be left behind, and
      // one more with each question.
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException cut) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// From the best verdict to the worst; not to know is worse than what passes.
  static int rank(HealthResult result) {
    return switch (result.status()) {
      case HEALTHY -> 0;
      case WARNING -> 1;
      case UNKNOWN -> 2;
      case CRITICAL -> 3;
      case FAILED -> 4;
    };
  }

  /// A verdict that rests on several: the words of the decisive one, the evidence of all.
  static HealthResult merge(HealthResult decisive, List<HealthResult> all) {
    Map<String, String> evidence = new HashMap<>();
    all.forEach(result -> evidence.putAll(result.evidence()));
    evidence.putAll(decisive.evidence());
    return new HealthResult(decisive.status(), decisive.message(), evidence);
  }
}
