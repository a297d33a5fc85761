package dev.procman.junit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.OutputDirectoryCreator;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.EventType;

/// Runs sample classes and tells what came of it.
record Kit(EngineExecutionResults results) {

  /// All at the same time.
  static final Map<String, String> PARALLEL =
      Map.of(
          "junit.jupiter.execution.parallel.enabled", "true",
          "junit.jupiter.execution.parallel.mode.classes.default", "concurrent",
          "junit.jupiter.execution.parallel.config.strategy", "fixed",
          "junit.jupiter.execution.parallel.config.fixed.parallelism", "20");

  private record Under(Path root) implements OutputDirectoryCreator {
    @Override
    public Path getRootDirectory() {
      return root;
    }

    @Override
    public Path createOutputDirectory(TestDescriptor test) throws IOException {
      var name = test.getUniqueId().toString().replaceAll("[^A-Za-z0-9]+", "_");
      return Files.createDirectories(root.resolve(name));
    }
  }

  /// Runs classes whose tests publish no files.
  static Kit run(Class<?>... samples) {
    return new Kit(EngineTestKit.engine("junit-jupiter").selectors(selectors(samples)).execute());
  }

  /// Runs classes whose tests publish files there.
  static Kit run(Path output, Class<?>... samples) {
    return run(output, Map.of(), samples);
  }

  static Kit run(Path output, Map<String, String> parameters, Class<?>... samples) {
    return new Kit(
        EngineTestKit.engine("junit-jupiter")
            .outputDirectoryCreator(new Under(output))
            .configurationParameters(parameters)
            .selectors(selectors(samples))
            .execute());
  }

  static List<? extends DiscoverySelector> selectors(Class<?>... samples) {
    return Arrays.stream(samples).map(DiscoverySelectors::selectClass).toList();
  }

  /// What tests and classes failed with.
  List<Throwable> failures() {
    return results.allEvents().stream()
        .map(event -> event.getPayload(TestExecutionResult.class))
        .flatMap(Optional::stream)
        .map(TestExecutionResult::getThrowable)
        .flatMap(Optional::stream)
        .toList();
  }

  /// The only failure.
  Throwable failure() {
    var failures = failures();
    if (failures.size() != 1) {
      throw new AssertionError("one failure was expected, and there are " + failures);
    }
    return failures.getFirst();
  }

  long succeeded() {
    return results.testEvents().succeeded().count();
  }

  long published() {
    return results.allEvents().stream()
        .map(Event::getType)
        .filter(EventType.FILE_ENTRY_PUBLISHED::equals)
        .count();
  }
}
