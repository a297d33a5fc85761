package dev.procman.core.resource;

import dev.procman.ProcessSnapshot;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.ResourceAllocation;
import dev.procman.ResourceBudget;
import dev.procman.ResourceReservation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Who of the processes of a manager holds how much of its budget. A process holds what it reserves
/// from its first start until it is settled, over restarts and back-offs, so that nobody takes its
/// place while it is away for a moment. Those who must wait are served strictly in the order of
/// asking: a small one never overtakes, or a large one might wait for ever. Thread-safe.
public final class Allocator {
  private final Optional<ResourceBudget> budget;
  private final Map<String, ResourceReservation> granted = new LinkedHashMap<>();
  private final Set<String> waiting = new LinkedHashSet<>();

  /// What becomes of a request.
  public sealed interface Answer {
    /// It may start.
    record Granted() implements Answer {}

    /// It may start later.
    ///
    /// @param reason in words
    record Wait(String reason) implements Answer {}

    /// It may not start.
    ///
    /// @param reason in words
    record Refused(String reason) implements Answer {}
  }

  /// @param budget what there is; without one everything is granted
  public Allocator(Optional<ResourceBudget> budget) {
    this.budget = budget;
  }

  /// Asks for what a specification reserves.
  public synchronized Answer request(ProcessSpec spec) {
    var answer = answer(spec);
    switch (answer) {
      case Answer.Granted _ -> {
        waiting.remove(spec.name());
        if (spec.resources().reservation().isNone()) {
          // It may hold what it reserved before its specification was replaced.
          granted.remove(spec.name());
        } else {
          granted.put(spec.name(), spec.resources().reservation());
        }
      }
      case Answer.Wait _ -> waiting.add(spec.name());
      case Answer.Refused _ -> waiting.remove(spec.name());
    }
    return answer;
  }

  /// What a request would be answered, if it were made now.
  public synchronized Answer answer(ProcessSpec spec) {
    var asked = spec.resources().reservation();
    if (budget.isEmpty() || asked.isNone()) {
      return new Answer.Granted();
    }
    var limit = budget.get();
    if (!limit.covers(asked)) {
      return new Answer.Refused(
          "it reserves %s, more than the whole budget of %s"
              .formatted(asked.describe(), whole(limit)));
    }
    var others = sumWithout(spec.name());
    var first = waiting.stream().filter(name -> !name.equals(spec.name())).findFirst();
    boolean overtakes =
        first.isPresent()
            && (!waiting.contains(spec.name()) || !waiting.iterator().next().equals(spec.name()))
            && !granted.containsKey(spec.name());
    if (limit.covers(others.plus(asked)) && !overtakes) {
      return new Answer.Granted();
    }
    var reason =
        limit.covers(others.plus(asked))
            ? "its turn: '%s' has asked for room in the budget before it"
                .formatted(first.orElse(""))
            : "room in the budget: it reserves %s, and of %s there is reserved %s by %s"
                .formatted(asked.describe(), whole(limit), others.describe(), holders(spec.name()));
    return limit.whenFull() == ResourceBudget.WhenFull.QUEUE
        ? new Answer.Wait(reason)
        : new Answer.Refused(reason);
  }

  private static String whole(ResourceBudget limit) {
    return new ResourceReservation(limit.memory(), limit.cpu()).describe();
  }

  private ResourceReservation sumWithout(String name) {
    return granted.entrySet().stream()
        .filter(entry -> !entry.getKey().equals(name))
        .map(Map.Entry::getValue)
        .reduce(ResourceReservation.none(), ResourceReservation::plus);
  }

  private List<String> holders(String except) {
    var holders = new ArrayList<>(granted.keySet());
    holders.remove(except);
    return holders;
  }

  /// Who has asked cannot start for another reason, and loses its turn: who must start first for it
  /// would wait behind it for ever.
  public synchronized void leave(String name) {
    waiting.remove(name);
  }

  /// A process came to another state.
  ///
  /// @return whether room was given back, or a place in the queue
  public synchronized boolean changed(ProcessSnapshot snapshot) {
    boolean left = snapshot.state() != ProcessState.WAITING && waiting.remove(snapshot.name());
    boolean settled = snapshot.state().isSettled() && snapshot.nextStart().isEmpty();
    return (settled && granted.remove(snapshot.name()) != null) || left;
  }

  /// Who holds and who waits.
  public synchronized ResourceAllocation allocation() {
    return new ResourceAllocation(budget, granted, List.copyOf(waiting));
  }
}
