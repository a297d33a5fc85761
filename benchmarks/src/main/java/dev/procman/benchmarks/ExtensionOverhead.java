package dev.procman.benchmarks;

import dev.procman.ManagedProcess;
import dev.procman.ProcessSpec;
import dev.procman.junit.Supervised;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/// What the extension costs a test method: methods of a class with processes, beside those of a
/// class without.
final class ExtensionOverhead {
  static final String CASE = "a test method that does nothing";
  private static final String PLAIN = "JUnit";
  private static final String SUPERVISED = "JUnit with processes of the class";
  private static final int METHODS = 200;

  /// Of the class that was run last.
  private static long begun;

  private static long took;

  private ExtensionOverhead() {}

  static Benchmark benchmark() {
    return new Forked(
        "junit-extension",
        "What procman-junit costs a test method",
        List.of(
            new Target(
                "its own part: at most 1 000",
                samples -> samples.median(CASE, SUPERVISED) - samples.median(CASE, PLAIN),
                1000,
                false)),
        ExtensionOverhead::play);
  }

  private static void play(Effort effort, Samples into) throws Exception {
    Turns.play(
        effort,
        10,
        5,
        new Samples.Case(CASE, Unit.MICROS),
        List.of(
            new Contestant(PLAIN, () -> run(Plain.class)),
            new Contestant(SUPERVISED, () -> run(WithProcesses.class))),
        into);
  }

  private static double run(Class<?> test) {
    var summary = new SummaryGeneratingListener();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(test))
                .build(),
            summary);
    if (summary.getSummary().getTestsSucceededCount() != METHODS) {
      throw new IllegalStateException(test + ": " + summary.getSummary().getFailures());
    }
    return took / 1e3 / METHODS;
  }

  static class Plain {
    @BeforeAll
    static void begin() {
      begun = System.nanoTime();
    }

    @RepeatedTest(METHODS)
    void nothing() {}

    @AfterAll
    static void end() {
      took = System.nanoTime() - begun;
    }
  }

  static class WithProcesses extends Plain {
    @Supervised
    static final ProcessSpec ONE = ProcessSpec.named("one").command("sleep", "1000").build();

    @Supervised
    static final ProcessSpec TWO = ProcessSpec.named("two").command("sleep", "1000").build();

    @Supervised ManagedProcess one;

    @RepeatedTest(METHODS)
    @Override
    void nothing() {
      one.state();
    }
  }
}
