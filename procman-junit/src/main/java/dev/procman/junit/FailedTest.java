package dev.procman.junit;

import dev.procman.ManagedProcess;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.MediaType;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/// Tells, once, what became of the processes of a test or class that has failed.
final class FailedTest {
  private static final String REPORT = "procman.txt";

  private FailedTest() {}

  /// Publishes the report if there was a failure that was not told yet.
  static void report(ExtensionContext context) {
    context.getExecutionException().ifPresent(failure -> report(context, failure));
  }

  /// Publishes the report if that failure was not told yet.
  static void report(ExtensionContext context, Throwable failure) {
    var processes = Scopes.visible(context).all();
    var store = Scopes.store(context);
    if (failure instanceof TestAbortedException
        || processes.isEmpty()
        || failure.equals(store.get(REPORT))) {
      return;
    }
    store.put(REPORT, failure);
    publish(context, failure, processes);
  }

  private static void publish(
      ExtensionContext context, Throwable failure, List<ManagedProcess> processes) {
    var story = FixtureReport.full(processes);
    try {
      context.publishFile(
          REPORT,
          MediaType.TEXT_PLAIN_UTF_8,
          file -> {
            Files.writeString(file, story);
            failure.addSuppressed(
                new SupervisedProcesses(
                    FixtureReport.summary(processes) + "; the whole story: " + file));
          });
    } catch (RuntimeException noPlaceForFiles) {
      // Some launchers have no directory for what tests publish.
      failure.addSuppressed(new SupervisedProcesses(story));
    }
  }
}
