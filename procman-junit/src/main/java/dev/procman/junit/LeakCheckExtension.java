package dev.procman.junit;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/// Carries out [LeakCheck].
final class LeakCheckExtension implements BeforeEachCallback, AfterEachCallback {
  private static final Namespace NAMESPACE = Namespace.create(LeakCheckExtension.class);
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /// The children that were there before.
  private record Before(Set<ProcessHandle> children) {}

  @Override
  public void beforeEach(ExtensionContext context) {
    context.getStore(NAMESPACE).put(Before.class, new Before(children()));
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    var before =
        context.getStore(NAMESPACE).getOrDefault(Before.class, Before.class, new Before(Set.of()));
    var fresh = new HashSet<>(children());
    fresh.removeAll(before.children);
    fresh.removeIf(OwnProcesses::isOurs);
    var left = awaitEnds(List.copyOf(fresh));
    if (!left.isEmpty()) {
      throw new AssertionError(
          "the test left processes behind: "
              + left.stream().map(OwnProcesses::describe).collect(Collectors.joining("; ")));
    }
  }

  private static Set<ProcessHandle> children() {
    return ProcessHandle.current().children().collect(Collectors.toSet());
  }

  private static List<ProcessHandle> awaitEnds(List<ProcessHandle> fresh) throws Exception {
    var ends = fresh.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(ends).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException someStay) {
      return fresh.stream().filter(ProcessHandle::isAlive).toList();
    }
    return List.of();
  }
}
