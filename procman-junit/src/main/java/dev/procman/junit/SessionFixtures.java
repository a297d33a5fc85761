package dev.procman.junit;

import dev.procman.ProcessSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/// The processes of the whole session. Classes that run at the same time ask for them; each is
/// started once, and whoever asks meanwhile waits until it is ready. Thread-safe.
final class SessionFixtures implements AutoCloseable {
  private final Fixtures fixtures = new Fixtures("junit session", Visible.NOTHING);
  private final Map<String, ProcessSpec> known = new HashMap<>();
  private final Map<String, ReusedProcess> reused = new HashMap<>();

  /// Has a process that outlives the session, running and ready; empty when there must be none.
  synchronized Optional<Fixtures> reused(ProcessSpec spec)
      throws IOException, InterruptedException {
    var present = reused.get(spec.name());
    if (present != null) {
      requireSame(spec);
      return Optional.of(present.fixtures());
    }
    if (known.containsKey(spec.name())) {
      return Optional.empty();
    }
    var directory =
        ReusePermit.directory(Path.of(System.getProperty("user.home", "/")), System.getenv());
    var opened =
        directory.isPresent()
            ? ReusedProcess.open(spec, directory.get())
            : Optional.<ReusedProcess>empty();
    opened.ifPresent(process -> {
      reused.put(spec.name(), process);
      known.put(spec.name(), spec);
    });
    return opened.map(ReusedProcess::fixtures);
  }

  private void requireSame(ProcessSpec spec) {
    var present = known.get(spec.name());
    if (present != null && !SpecIdentity.isSame(present, spec)) {
      throw new ExtensionConfigurationException(
          "two classes have different specifications named '"
              + spec.name()
              + "' for the session; rename one, or share one constant");
    }
  }

  /// Has these running and ready.
  synchronized Fixtures with(Collection<ProcessSpec> specs) throws InterruptedException {
    List<ProcessSpec> fresh = new ArrayList<>();
    for (var spec : specs) {
      requireSame(spec);
      if (!known.containsKey(spec.name())) {
        fresh.add(spec);
      }
    }
    if (!fresh.isEmpty()) {
      boolean ready = false;
      try {
        fixtures.start(fresh);
        fresh.forEach(spec -> known.put(spec.name(), spec));
        ready = true;
      } finally {
        if (!ready) {
          // The next class may try again, also after an interrupt.
          fixtures.discard(fresh);
        }
      }
    }
    return fixtures;
  }

  @Override
  public void close() throws IOException {
    fixtures.close();
    for (var process : reused.values()) {
      process.close();
    }
  }
}
