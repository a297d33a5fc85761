package dev.procman.core.resource;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ResourceMetric;
import org.junit.jupiter.api.Test;

class GrowingTotalsTest {
  private final GrowingTotals totals = new GrowingTotals();

  private long of(long sum) {
    return totals.of(ResourceMetric.CPU_USER_TIME, sum);
  }

  @Test
  void totalFollowsASumThatGrows() {
    assertThat(of(10)).isEqualTo(10);
    assertThat(of(10)).isEqualTo(10);
    assertThat(of(25)).isEqualTo(25);
  }

  @Test
  void whatAParentTakesOverALookLaterIsNotCountedTwice() {
    assertThat(of(100)).isEqualTo(100);
    assertThat(of(40)).as("the child is gone, its parent does not know yet").isEqualTo(100);
    assertThat(of(105)).as("the parent has waited for it").isEqualTo(105);
    assertThat(of(106)).isEqualTo(106);
  }

  @Test
  void whatNobodyTakesOverIsKept() {
    assertThat(of(100)).isEqualTo(100);
    assertThat(of(40)).isEqualTo(100);
    assertThat(of(45)).isEqualTo(100);
    assertThat(of(50)).as("5 more than before").isEqualTo(105);
  }
}
