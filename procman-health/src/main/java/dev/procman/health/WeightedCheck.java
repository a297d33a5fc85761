package dev.procman.health;

import dev.procman.HealthStatus;
import dev.procman.InvalidSpecException;
import dev.procman.ProcessSpec;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Judges by the share of weight that passes. Parts that cannot tell are left out of the sum; when
/// none can, the whole cannot.
///
/// @param parts the checks and their weights
/// @param healthy the share from which it is healthy, 0 to 1; default 1
/// @param warning the share from which it is a warning; default 0.7
/// @param critical the share from which it is critical, below it has failed; default 0.5
public record WeightedCheck(List<Part> parts, double healthy, double warning, double critical)
    implements HealthCheck {

  /// One check and its weight.
  ///
  /// @param weight above 0
  /// @param check the check
  public record Part(double weight, HealthCheck check) {
    /// Checks the weight.
    ///
    /// @throws InvalidSpecException when it is not above zero
    public Part {
      if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
        throw new InvalidSpecException("health.weighted.weight", weight, "use more than 0");
      }
    }
  }

  /// Copies and checks the parts.
  ///
  /// @throws InvalidSpecException when the shares do not fall from healthy to critical within 0 to
  ///   1
  public WeightedCheck {
    parts = List.copyOf(parts);
    if (!(healthy <= 1 && warning <= healthy && critical <= warning && critical >= 0)) {
      throw new InvalidSpecException(
          "health.weighted.shares",
          healthy + "/" + warning + "/" + critical,
          "use 1 >= healthy >= warning >= critical >= 0");
    }
  }

  static WeightedCheck of() {
    return new WeightedCheck(List.of(), 1, 0.7, 0.5);
  }

  /// With one more check.
  public WeightedCheck add(double weight, HealthCheck check) {
    var more = new ArrayList<>(parts);
    more.add(new Part(weight, check));
    return new WeightedCheck(more, healthy, warning, critical);
  }

  /// With other shares.
  public WeightedCheck shares(double healthy, double warning, double critical) {
    return new WeightedCheck(parts, healthy, warning, critical);
  }

  @Override
  public HealthResult check(HealthContext context) throws InterruptedException {
    var asked = combination().ask(context, _ -> false);
    var complaints = new ArrayList<String>();
    double told = 0;
    double passed = 0;
    for (int i = 0; i < parts.size(); i++) {
      var part = parts.get(i);
      var result = asked.get(i);
      if (result.status() != HealthStatus.UNKNOWN) {
        told += part.weight;
        passed += result.isGood() ? part.weight : 0;
      }
      if (!result.isGood()) {
        complaints.add(part.check.describe() + ": " + result.message());
      }
    }
    if (told == 0) {
      return HealthResult.unknown("none of its parts can tell: " + String.join("; ", complaints));
    }
    double share = passed / told;
    var words =
        String.format(Locale.ROOT, "%.0f %% of the weight passes", share * 100)
            + (complaints.isEmpty() ? "" : "; " + String.join("; ", complaints));
    var verdict = HealthResult.healthy(words).with("share", share);
    return Combination.merge(
        new HealthResult(status(share), verdict.message(), verdict.evidence()), asked);
  }

  private HealthStatus status(double share) {
    // Sums of weights such as 0.1 are not exact.
    double reached = share + 1e-9;
    if (reached >= healthy) {
      return HealthStatus.HEALTHY;
    }
    if (reached >= warning) {
      return HealthStatus.WARNING;
    }
    return reached >= critical ? HealthStatus.CRITICAL : HealthStatus.FAILED;
  }

  private Combination combination() {
    return new Combination("weighted", parts.stream().map(Part::check).toList());
  }

  @Override
  public void validate(ProcessSpec spec) {
    if (parts.isEmpty()) {
      throw new InvalidSpecException("health.weighted", "(none)", "add at least one check");
    }
    combination().validate(spec);
  }

  @Override
  public Map<String, String> environment() {
    return combination().environment();
  }

  @Override
  public String describe() {
    return parts.stream()
        .map(part -> part.weight + " " + part.check.describe())
        .collect(Collectors.joining(", ", "weighted(", ")"));
  }

  @Override
  public boolean isPolled() {
    return combination().isPolled();
  }
}
