package dev.procman.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Tag;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An application server that takes an application away again.
@Tag("long")
class ClassLoaderTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path temp;

  @Test
  void theClassLoaderIsGivenBackAfterTheLastClose() throws Exception {
    var loader = used();
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> {
          System.gc();
          assertThat(loader.get()).isNull();
        });
  }

  private WeakReference<ClassLoader> used() throws Exception {
    try (var copy = new Copy(temp.resolve("state"))) {
      copy.ask("start web");
      return new WeakReference<>(copy.loader());
    }
  }
}
