package dev.procman.core;

import static dev.procman.core.Interleavings.must;
import static dev.procman.core.Interleavings.together;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// That an exploration finds what is wrong.
@Tag("long")
class InterleavingsTest {
  private int count;

  @Test
  void aLostUpdateIsFound() {
    assertThatThrownBy(() ->
            Interleavings.of(() -> {
              count = 0;
              together(() -> count++, () -> count++);
              must(count == 2, "an update was lost");
            }))
        .isInstanceOf(AssertionError.class);
  }
}
