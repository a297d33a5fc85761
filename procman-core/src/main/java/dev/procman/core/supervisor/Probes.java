package dev.procman.core.supervisor;

import dev.procman.HealthStatus;
import dev.procman.ProbeSnapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The prober of whatever generation is current: made, replaced and ended as the state machine
/// wants. Used on the supervisor's thread; only [#snapshots()] and [#words()] may be called from
/// others.
final class Probes {
  private final Parts parts;
  private volatile @Nullable Prober prober;
  private Prober.Outside resources = Prober.Outside.NOTHING;

  Probes(Parts parts) {
    this.parts = parts;
  }

  /// Another generation is to be launched.
  void forget() {
    stop();
    prober = null;
    resources = Prober.Outside.NOTHING;
  }

  /// Finds out when the generation is ready.
  void awaitReadiness() {
    fresh().awaitReadiness();
  }

  /// Finds out at once whether it is ready by now.
  void lookAgain() {
    var present = prober;
    if (present != null && present.generation() == generation()) {
      present.lookAgain();
    }
  }

  /// The generation is ready.
  void watchHealth() {
    var present = prober;
    boolean own = present != null && present.generation() == generation();
    watch(own && present != null ? present : fresh());
  }

  private void watch(Prober present) {
    present.watchHealth();
    if (resources.status() != HealthStatus.UNKNOWN) {
      // It was found while nothing was there to tell it, and is not found again until it changes.
      present.tellHealth(resources.finding());
    }
  }

  /// Other probes watch the generation that is ready.
  void replace() {
    watch(fresh());
  }

  void stop() {
    var present = prober;
    if (present != null) {
      present.close();
    }
  }

  /// Where the resources of a generation stand between their thresholds.
  void resources(long number, Prober.Outside standing) {
    if (number != generation()) {
      return;
    }
    resources = standing;
    var present = prober;
    if (present != null && present.generation() == number) {
      present.outside(standing);
      present.tellHealth(standing.finding());
    }
  }

  private long generation() {
    return parts.situation().state().generation();
  }

  private Prober fresh() {
    stop();
    var current = parts.current();
    var fresh =
        new Prober(
            new ProbeContext.Subject(
                parts.handle(),
                current.generation().orElseThrow(),
                parts.context(),
                parts.situation().state().run().spawnedAt()),
            current.spec(),
            parts.mailbox(),
            parts.supervisor());
    fresh.outside(resources);
    prober = fresh;
    return fresh;
  }

  /// What each probe says.
  List<ProbeSnapshot> snapshots() {
    var present = prober;
    return present == null ? List.of() : present.snapshots();
  }

  /// For people: what each probe has said so far.
  List<String> words() {
    var present = prober;
    return present == null ? List.of() : present.words();
  }
}
