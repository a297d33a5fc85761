package dev.procman;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProcessStateTest {
  @ParameterizedTest
  @EnumSource
  void aSettledProcessHasNothingAlive(ProcessState state) {
    assertThat(state.isSettled() && state.mayBeAlive()).isFalse();
  }
}
