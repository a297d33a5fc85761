package dev.procman.health;

import dev.procman.InvalidSpecException;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The parts of a check that is made of others.
///
/// @param word how it combines them, for messages
/// @param parts the others
record Combination(String word, List<HealthCheck> parts) {

  static Combination of(String word, HealthCheck... parts) {
    if (parts.length == 0) {
      throw new InvalidSpecException("health." + word, "(none)", "name at least one check");
    }
    return new Combination(word, List.of(parts));
  }

  String describe() {
    return parts.stream()
        .map(HealthCheck::describe)
        .collect(Collectors.joining(", ", word + "(", ")"));
  }

  /// One that is polled makes the whole polled; a change in one that is not has it asked again.
  boolean isPolled() {
    return parts.stream().anyMatch(HealthCheck::isPolled);
  }

  /// Asks one part; what it throws is its verdict, an interrupt is not.
  static HealthResult ask(HealthCheck part, HealthContext context) throws InterruptedException {
    try {
      return part.check(context);
    } catch (InterruptedException cut) {
      throw cut;
    } catch (Throwable thrown) {
      return HealthResult.ofThrown(thrown);
    }
  }

  /// A verdict that rests on several: the words of the decisive one, the evidence of all.
  static HealthResult merge(HealthResult decisive, List<HealthResult> all) {
    Map<String, String> evidence = new HashMap<>();
    all.forEach(result -> evidence.putAll(result.evidence()));
    evidence.putAll(decisive.evidence());
    return new HealthResult(decisive.status(), decisive.message(), evidence);
  }
}
