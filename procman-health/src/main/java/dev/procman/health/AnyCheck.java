package dev.procman.health;

import dev.procman.HealthStatus;
import dev.procman.ProcessSpec;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;
import java.util.Comparator;
import java.util.Map;

/// As good as its best part. While one that does not pass stands beside one that cannot tell, it
/// cannot be told.
record AnyCheck(Combination combination) implements HealthCheck {

  @Override
  public HealthResult check(HealthContext context) throws InterruptedException {
    var asked = combination.ask(context, result -> result.status() == HealthStatus.HEALTHY);
    var best = asked.stream().min(Comparator.comparingInt(Combination::rank));
    return Combination.merge(best.orElse(HealthResult.healthy()), asked);
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
