package dev.procman.health;

import dev.procman.HealthStatus;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;
import java.util.ArrayList;
import java.util.Comparator;

/// As good as its best part. While one that does not pass stands beside one that cannot tell, it
/// cannot be told.
record AnyCheck(Combination combination) implements HealthCheck {

  @Override
  public HealthResult check(HealthContext context) throws InterruptedException {
    var asked = new ArrayList<HealthResult>();
    for (var part : combination.parts()) {
      var result = Combination.ask(part, context);
      asked.add(result);
      if (result.status() == HealthStatus.HEALTHY) {
        return Combination.merge(result, asked);
      }
    }
    var best =
        asked.stream().min(Comparator.comparingInt(AnyCheck::rank)).orElse(HealthResult.healthy());
    return Combination.merge(best, asked);
  }

  private static int rank(HealthResult result) {
    return switch (result.status()) {
      case HEALTHY -> 0;
      case WARNING -> 1;
      case UNKNOWN -> 2;
      case CRITICAL -> 3;
      case FAILED -> 4;
    };
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
