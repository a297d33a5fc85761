package dev.procman.health;

import dev.procman.HealthStatus;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;
import java.util.ArrayList;

/// As good as its worst part. What cannot be told keeps it from passing.
record AllCheck(Combination combination) implements HealthCheck {

  @Override
  public HealthResult check(HealthContext context) throws InterruptedException {
    var asked = new ArrayList<HealthResult>();
    var worst = HealthResult.healthy();
    boolean told = true;
    for (var part : combination.parts()) {
      var result = Combination.ask(part, context);
      asked.add(result);
      if (result.isBad()) {
        return Combination.merge(result, asked);
      }
      if (result.status() == HealthStatus.UNKNOWN && told) {
        told = false;
        worst = result;
      } else if (told && (asked.size() == 1 || result.status().compareTo(worst.status()) > 0)) {
        worst = result;
      }
    }
    return Combination.merge(worst, asked);
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
