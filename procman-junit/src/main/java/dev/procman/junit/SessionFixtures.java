package dev.procman.junit;

import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/// The processes of the whole session. Classes that run at the same time ask for them; each is
/// started once, and whoever asks meanwhile waits until it is ready. Thread-safe.
final class SessionFixtures implements AutoCloseable {
  private final Fixtures fixtures = new Fixtures("junit session", Visible.NOTHING);
  private final Map<String, ProcessSpec> known = new HashMap<>();

  /// Has these running and ready.
  synchronized Fixtures with(Collection<ProcessSpec> specs) throws InterruptedException {
    List<ProcessSpec> fresh = new ArrayList<>();
    for (var spec : specs) {
      var present = known.get(spec.name());
      if (present == null) {
        fresh.add(spec);
      } else if (!SpecIdentity.isSame(present, spec)) {
        throw new ExtensionConfigurationException(
            "two classes have different specifications named '"
                + spec.name()
                + "' for the session; rename one, or share one constant");
      }
    }
    if (!fresh.isEmpty()) {
      try {
        fixtures.start(fresh);
        fresh.forEach(spec -> known.put(spec.name(), spec));
      } catch (ProcessNotReadyException failed) {
        // The next class may try again.
        fixtures.discard(fresh);
        throw failed;
      }
    }
    return fixtures;
  }

  @Override
  public void close() {
    fixtures.close();
  }
}
