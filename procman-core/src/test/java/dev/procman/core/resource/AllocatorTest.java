package dev.procman.core.resource;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.Desired;
import dev.procman.HealthStatus;
import dev.procman.ProcessSnapshot;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.ResourceBudget;
import dev.procman.core.resource.Allocator.Answer;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class AllocatorTest {
  private static final long MIB = 1 << 20;

  private static ProcessSpec spec(String name, long mebibytes) {
    return ProcessSpec.named(name).command("x").reserve(mebibytes * MIB, 0.1).build();
  }

  private static ProcessSnapshot in(String name, ProcessState state) {
    return new ProcessSnapshot(
        name,
        state,
        Desired.UP,
        HealthStatus.UNKNOWN,
        1,
        OptionalLong.empty(),
        0,
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "");
  }

  @Test
  void withoutABudgetEverythingIsGranted() {
    var allocator = new Allocator(Optional.empty());
    assertThat(allocator.request(spec("a", 1L << 40))).isInstanceOf(Answer.Granted.class);
  }

  @Test
  void whatDoesNotFitIsRefusedWithTheReason() {
    var allocator = new Allocator(Optional.of(ResourceBudget.refusing(100 * MIB, 1)));
    assertThat(allocator.request(spec("a", 70))).isInstanceOf(Answer.Granted.class);

    assertThat(allocator.request(spec("b", 40)))
        .isEqualTo(
            new Answer.Refused(
                "room in the budget: it reserves 40.0 MiB and 0.10 cores, and of 100.0 MiB and 1.00"
                    + " cores there is reserved 70.0 MiB and 0.10 cores by [a]"));
    assertThat(allocator.request(spec("c", 30))).isInstanceOf(Answer.Granted.class);
    assertThat(allocator.allocation().sum().memory()).isEqualTo(100 * MIB);
  }

  @Test
  void whatCanNeverFitDoesNotWait() {
    var allocator = new Allocator(Optional.of(ResourceBudget.queueing(100 * MIB, 1)));
    assertThat(allocator.request(spec("huge", 101))).isInstanceOf(Answer.Refused.class);
    assertThat(allocator.allocation().waiting()).isEmpty();
  }

  @Test
  void sumsBeyondAllMeasureDoNotFit() {
    var allocator = new Allocator(Optional.of(ResourceBudget.refusing(Long.MAX_VALUE - 1, 1)));
    var vast = ProcessSpec.named("vast").command("x").reserve(Long.MAX_VALUE - 1, 0.1).build();
    assertThat(allocator.request(vast)).isInstanceOf(Answer.Granted.class);

    assertThat(allocator.request(spec("small", 1))).isInstanceOf(Answer.Refused.class);
  }

  @Test
  void aSmallOneDoesNotOvertakeALargeOneThatWaits() {
    var allocator = new Allocator(Optional.of(ResourceBudget.queueing(100 * MIB, 1)));
    allocator.request(spec("a", 70));
    assertThat(allocator.request(spec("large", 90))).isInstanceOf(Answer.Wait.class);
    assertThat(allocator.request(spec("small", 10))).isInstanceOf(Answer.Wait.class);
    assertThat(allocator.allocation().waiting()).containsExactly("large", "small");

    assertThat(allocator.changed(in("a", ProcessState.STOPPED))).isTrue();

    assertThat(allocator.request(spec("small", 10))).isInstanceOf(Answer.Wait.class);
    assertThat(allocator.request(spec("large", 90))).isInstanceOf(Answer.Granted.class);
    assertThat(allocator.request(spec("small", 10))).isInstanceOf(Answer.Granted.class);
  }

  @Test
  void aPlaceIsKeptOverRestartsAndGivenBackAtTheEnd() {
    var allocator = new Allocator(Optional.of(ResourceBudget.refusing(100 * MIB, 1)));
    allocator.request(spec("a", 70));
    for (var state :
        new ProcessState[] {
          ProcessState.RUNNING, ProcessState.STOPPING, ProcessState.BACKOFF, ProcessState.WAITING
        }) {
      assertThat(allocator.changed(in("a", state))).isFalse();
    }
    assertThat(allocator.request(spec("a", 80))).isInstanceOf(Answer.Granted.class);
    assertThat(allocator.changed(in("a", ProcessState.FAILED))).isTrue();
    assertThat(allocator.allocation().granted()).isEmpty();
  }

  @Test
  void whoIsStoppedWhileItWaitsLeavesTheQueue() {
    var allocator = new Allocator(Optional.of(ResourceBudget.queueing(100 * MIB, 1)));
    allocator.request(spec("a", 70));
    allocator.request(spec("b", 70));
    assertThat(allocator.changed(in("b", ProcessState.STOPPED))).isTrue();
    assertThat(allocator.request(spec("c", 20))).isInstanceOf(Answer.Granted.class);
  }
}
