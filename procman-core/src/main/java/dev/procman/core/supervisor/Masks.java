package dev.procman.core.supervisor;

import dev.procman.ProcessSpec;
import java.util.ArrayList;
import java.util.List;

/// The secrets of one process over its generations. What a generation printed may be shown when
/// another one runs with other secrets already: lines that are retained, or that a slow sink has
/// still to write. So its secrets are kept as long as there can be such lines, and whatever is said
/// of the process is masked with all that are kept: a new generation may well print what the old
/// one was told. Thread-safe.
///
/// Most restarts change no secret. Then there is one entry, however many generations there were.
final class Masks {
  private final List<Kept> kept = new ArrayList<>();
  private Secrets declared;
  private volatile Secrets all;

  /// Secrets that a generation and those before it had.
  ///
  /// @param generation the latest of them
  private record Kept(long generation, Secrets secrets) {}

  Masks(ProcessSpec spec) {
    this.declared = Secrets.declaredBy(spec, System.getenv());
    this.all = declared;
  }

  /// The process is made from this from now on. What its next generation will be told is secret
  /// already.
  synchronized void declaredBy(ProcessSpec spec) {
    declared = Secrets.declaredBy(spec, System.getenv());
    update();
  }

  /// A generation has these, perhaps besides others.
  synchronized void learn(long generation, Secrets more) {
    long latest = generation;
    for (int i = kept.size() - 1; i >= 0; i--) {
      var each = kept.get(i);
      if (more.includes(each.secrets)) {
        latest = Math.max(latest, each.generation);
        kept.remove(i);
      }
    }
    kept.add(new Kept(latest, more));
    update();
  }

  /// No line of a generation before this one can be shown any more.
  synchronized void forgetBefore(long generation) {
    if (kept.removeIf(each -> each.generation < generation)) {
      update();
    }
  }

  private void update() {
    var sum = declared;
    for (var each : kept) {
      sum = sum.and(each.secrets);
    }
    all = sum;
  }

  /// All that are kept.
  Secrets now() {
    return all;
  }
}
