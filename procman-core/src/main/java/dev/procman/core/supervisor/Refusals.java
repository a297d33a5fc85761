package dev.procman.core.supervisor;

import dev.procman.core.lifecycle.Input;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/// Why a process is not started any more: stops are under way that must be the last. There may be
/// several at a time, such as a removal and the manager's end, and one that is taken back leaves
/// the others standing. Thread-safe.
final class Refusals {
  private final List<Standing> standing = new CopyOnWriteArrayList<>();

  /// Refuses from now on to start.
  Supervisor.Refusal add(Supplier<RuntimeException> answer) {
    var refusal = new Standing(answer);
    standing.add(refusal);
    return refusal;
  }

  /// @throws RuntimeException the answer, when the command would start it and that is refused
  void check(Input.Command command) {
    if (command instanceof Input.Start || command instanceof Input.Restart) {
      standing.stream()
          .findFirst()
          .ifPresent(refusal -> {
            throw refusal.answer.get();
          });
    }
  }

  private final class Standing implements Supervisor.Refusal {
    private final Supplier<RuntimeException> answer;

    Standing(Supplier<RuntimeException> answer) {
      this.answer = answer;
    }

    @Override
    public void close() {
      standing.remove(this);
    }
  }
}
