package dev.procman.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The end of a child, and who else looks at it in that moment.
class EndToldOnceTest {

  @Test
  void itIsToldAlthoughSomebodySawTheTreeEmptyBefore() throws Exception {
    try (var launches = new Launches()) {
      for (int i = 0; i < 200; i++) {
        var told = new Launches.Told();
        var process =
            launches.launch(told, Launches.request(Optional.empty(), Map.of(), "/bin/true"));
        while (!told.exit.isDone() && !process.tree().isEmpty()) {
          Thread.onSpinWait();
        }
        assertThat(told.code()).isZero();
        Launches.soon().until(() -> process.tree().isEmpty());
      }
      assertThat(Launches.zombies()).isEmpty();
    }
  }
}
