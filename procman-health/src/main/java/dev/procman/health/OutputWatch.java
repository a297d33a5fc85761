package dev.procman.health;

import dev.procman.HealthStatus;
import dev.procman.OutputLine;
import dev.procman.ProcessOutput.Follower;
import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/// What an [OutputCheck] has seen of one generation. Lines come on a follower's thread.
final class OutputWatch implements AutoCloseable {
  private final OutputCheck check;
  private final HealthContext context;
  private final long generation;
  private @Nullable Follower follower;
  private long seen;
  private int matched;
  private @Nullable HealthResult decided;
  private boolean failed;

  private OutputWatch(OutputCheck check, HealthContext context) {
    this.check = check;
    this.context = context;
    this.generation = context.id().generation();
  }

  static OutputWatch begin(OutputCheck check, HealthContext context) {
    var watch = new OutputWatch(check, context);
    var follower = context.process().output().follow(watch::take);
    synchronized (watch) {
      watch.follower = follower;
    }
    return watch;
  }

  private void take(OutputLine line) {
    if (line.generation() == generation && changes(line)) {
      context.checkAgain();
    }
  }

  private synchronized boolean changes(OutputLine line) {
    if (failed || !check.streams().contains(line.stream())) {
      return false;
    }
    seen++;
    if (check.forbidden().isPresent()) {
      var forbidden = check.forbidden().get().matcher(line.text());
      if (forbidden.find()) {
        failed = true;
        decided =
            HealthResult.failing("it printed what it must not: " + line.text())
                .with("line", line.text());
        return true;
      }
    }
    if (decided != null) {
      return false;
    }
    var matcher = check.pattern().matcher(line.text());
    if (!matcher.find() || ++matched < check.occurrences()) {
      return false;
    }
    var evidence = groups(matcher);
    evidence.put("line", line.text());
    decided = new HealthResult(HealthStatus.HEALTHY, "it printed: " + line.text(), evidence);
    return true;
  }

  private static Map<String, String> groups(Matcher matcher) {
    var groups = new HashMap<String, String>();
    matcher
        .namedGroups()
        .forEach((name, index) -> {
          var value = matcher.group(index);
          if (value != null) {
            groups.put(name, value);
          }
        });
    return groups;
  }

  synchronized HealthResult verdict() {
    if (decided != null) {
      return decided;
    }
    long dropped = follower == null ? 0 : follower.dropped();
    return HealthResult.unknown(
        "%d of %d matching lines among %d%s"
            .formatted(
                matched,
                check.occurrences(),
                seen,
                dropped == 0 ? "" : "; it printed too fast, " + dropped + " were not looked at"));
  }

  @Override
  public synchronized void close() {
    if (follower != null) {
      follower.close();
    }
  }
}
