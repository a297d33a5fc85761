package dev.procman.health;

import dev.procman.InvalidSpecException;
import dev.procman.ProcessSpec;
import dev.procman.ServiceState;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;

/// Passes once the process said by sd_notify(3) that it is ready, also while it reloads, and not
/// any more when it said that it is stopping. It is driven by what the process says and not polled.
/// Until the process is ready the verdict is unknown, with what it says that it is doing.
public record NotifiedCheck() implements HealthCheck {

  @Override
  public HealthResult check(HealthContext context) {
    return context
        .serviceState()
        .map(NotifiedCheck::verdict)
        .orElseGet(() -> HealthResult.unknown("its launcher does not tell"));
  }

  private static HealthResult verdict(ServiceState state) {
    return switch (state.phase()) {
      case STARTING -> HealthResult.unknown("it did not say yet that it is ready" + words(state));
      case READY -> HealthResult.healthy("it said that it is ready" + words(state));
      case RELOADING -> HealthResult.healthy("it said that it is reloading" + words(state));
      case STOPPING -> HealthResult.failing("it said that it is stopping" + words(state));
    };
  }

  /// The last words it gave, for a message.
  static String words(ServiceState state) {
    return state.status().map(status -> ": " + Words.cut(status)).orElse("")
        + (state.error().isPresent() ? ", error " + state.error().getAsInt() : "")
        + state.busError().map(name -> ", error " + Words.cut(name)).orElse("");
  }

  /// It would wait for ever.
  static void require(ProcessSpec spec, String check) {
    if (!spec.launch().notifications()) {
      throw new InvalidSpecException(
          "health." + check,
          spec.name(),
          "let the process tell its state: launch(LaunchSettings.ofDefaults().withNotifications())");
    }
  }

  @Override
  public void validate(ProcessSpec spec) {
    require(spec, "notified");
  }

  @Override
  public String describe() {
    return "notified";
  }

  @Override
  public boolean isPolled() {
    return false;
  }
}
