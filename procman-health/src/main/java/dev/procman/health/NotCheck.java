package dev.procman.health;

import dev.procman.HealthStatus;
import dev.procman.ProcessSpec;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;
import java.util.Map;

/// The opposite of another check.
record NotCheck(HealthCheck inner) implements HealthCheck {

  @Override
  public HealthResult check(HealthContext context) throws InterruptedException {
    var result = Combination.ask(inner, context);
    Map<String, String> evidence = result.evidence();
    return switch (result.status()) {
      case UNKNOWN -> result;
      case HEALTHY, WARNING ->
          new HealthResult(
              HealthStatus.FAILED,
              inner.describe() + " passes, and should not: " + result.message(),
              evidence);
      case CRITICAL, FAILED ->
          new HealthResult(
              HealthStatus.HEALTHY,
              inner.describe() + " does not pass, as it should: " + result.message(),
              evidence);
    };
  }

  @Override
  public void validate(ProcessSpec spec) {
    inner.validate(spec);
  }

  @Override
  public Map<String, String> environment() {
    return inner.environment();
  }

  @Override
  public String describe() {
    return "not(" + inner.describe() + ")";
  }

  @Override
  public boolean isPolled() {
    return inner.isPolled();
  }
}
