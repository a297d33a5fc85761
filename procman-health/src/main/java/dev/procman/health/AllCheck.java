package dev.procman.health;

import dev.procman.ProcessSpec;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;
import java.util.Comparator;
import java.util.Map;

/// As good as its worst part. What cannot be told keeps it from passing.
record AllCheck(Combination combination) implements HealthCheck {

  @Override
  public HealthResult check(HealthContext context) throws InterruptedException {
    var asked = combination.ask(context, HealthResult::isBad);
    var worst = asked.stream().max(Comparator.comparingInt(Combination::rank));
    return Combination.merge(worst.orElse(HealthResult.healthy()), asked);
  }

  @Override
  public void validate(ProcessSpec spec) {
    combination.validate(spec);
  }

  @Override
  public Map<String, String> environment() {
    return combination.environment();
  }

  @Override
  public String describe() {
    return combination.describe();
  }

  @Override
  public boolean isPolled() {
    return combination.isPolled();
  }
}
