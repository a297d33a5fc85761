package dev.procman.core.host;

import static dev.procman.core.Interleavings.must;
import static dev.procman.core.Interleavings.together;

import dev.procman.core.Interleavings;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Who of one JVM may take the lock of a port. Lincheck does not know files, so the lock itself is
/// left to `PortLeasesTest`.
@Tag("long")
class HeldFilesInterleavingsTest {
  private static final Path FILE = Path.of("/explored/port");

  private static void hold(AtomicInteger holders) {
    if (HeldFiles.claim(FILE)) {
      must(holders.incrementAndGet() == 1, "two hold it");
      holders.decrementAndGet();
      HeldFiles.release(FILE);
    }
  }

  @Test
  void aFileIsHeldOnceAtATimeAndCanBeHeldAgain() {
    Interleavings.of(() -> {
      var holders = new AtomicInteger();
      together(
          () -> hold(holders),
          () -> {
            hold(holders);
            hold(holders);
          });
      must(HeldFiles.claim(FILE), "it was given back");
      HeldFiles.release(FILE);
    });
  }
}
