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
  private static final int MOST_WORDS = 500;

  private final OutputCheck check;
  private final HealthContext context;
  private final long generation;
  private @Nullable Follower follower;
  private int matched;
  private @Nullable HealthResult decided;
  private boolean failed;
  private boolean toldDropped;

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

  /// Whether the verdict has other words now.
  private synchronized boolean changes(OutputLine line) {
    if (failed) {
      return false;
    }
    boolean news = !toldDropped && dropped() > 0;
    toldDropped |= news;
    if (!check.streams().contains(line.stream())) {
      return news;
    }
    if (check.forbidden().filter(pattern -> pattern.matcher(line.text()).find()).isPresent()) {
      failed = true;
      decided = verdict(HealthStatus.FAILED, "it printed what it must not: ", line, Map.of());
      return true;
    }
    if (decided != null) {
      return news;
    }
    var matcher = check.pattern().matcher(line.text());
    if (!matcher.find()) {
      return news;
    }
    if (++matched >= check.occurrences()) {
      decided = verdict(HealthStatus.HEALTHY, "it printed: ", line, groups(matcher));
    }
    return true;
  }

  private static HealthResult verdict(
      HealthStatus status, String words, OutputLine line, Map<String, String> groups) {
    var text = Words.cut(line.text(), MOST_WORDS);
    return new HealthResult(status, words + text, groups).with("line", text);
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
    long dropped = dropped();
    return HealthResult.unknown(
        "%d of %d matching lines%s"
            .formatted(
                matched,
                check.occurrences(),
                dropped == 0 ? "" : "; it printed too fast, " + dropped + " were not looked at"));
  }

  private long dropped() {
    return follower == null ? 0 : follower.dropped();
  }

  @Override
  public synchronized void close() {
    if (follower != null) {
      follower.close();
    }
  }
}
