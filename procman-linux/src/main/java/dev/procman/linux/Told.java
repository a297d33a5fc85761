package dev.procman.linux;

import dev.procman.ServiceState;
import dev.procman.ServiceState.Phase;
import dev.procman.linux.NoticeParser.Assignment;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;

/// What one process has told of itself so far. Thread-safe.
final class Told {
  private static final long LONGEST_MICROS = TimeUnit.DAYS.toMicros(36_500);

  private final LongPredicate isMember;
  private Phase phase = Phase.STARTING;
  private Optional<String> status = Optional.empty();
  private OptionalLong mainPid = OptionalLong.empty();
  private OptionalInt error = OptionalInt.empty();
  private Optional<String> busError = Optional.empty();
  private OptionalLong lastSign = OptionalLong.empty();
  private Optional<Duration> watchdogInterval = Optional.empty();
  private boolean watchdogTriggered;
  private OptionalLong extendedUntil = OptionalLong.empty();
  private long ignored;

  /// @param isMember whether a pid is one of the tree
  Told(LongPredicate isMember) {
    this.isMember = isMember;
  }

  /// Something was not believed.
  synchronized void ignore(int count) {
    ignored += count;
  }

  /// Takes what a member of the tree said.
  ///
  /// @return whether that is news; a sign of life alone is none
  synchronized boolean take(NoticeParser.Parsed said, long now) {
    ignored += said.broken();
    boolean news = false;
    for (var assignment : said.assignments()) {
      news |= take(assignment, now);
    }
    return news;
  }

  private boolean take(Assignment said, long now) {
    String value = said.value();
    return switch (said.name()) {
      case "READY" -> isOne(value) && enter(Phase.READY);
      case "RELOADING" -> isOne(value) && enter(Phase.RELOADING);
      case "STOPPING" -> isOne(value) && enter(Phase.STOPPING);
      case "STATUS" -> {
        status = value.isEmpty() ? Optional.empty() : Optional.of(value);
        yield true;
      }
      case "WATCHDOG" -> watchdog(value, now);
      case "WATCHDOG_USEC" -> {
        var micros = number(value, 1, LONGEST_MICROS);
        micros.ifPresent(some -> watchdogInterval = Optional.of(micros(some)));
        yield micros.isPresent();
      }
      case "MAINPID" -> {
        var pid = number(value, 2, Integer.MAX_VALUE);
        if (pid.isPresent() && !isMember.test(pid.getAsLong())) {
          ignored++;
          yield false;
        }
        pid.ifPresent(some -> mainPid = OptionalLong.of(some));
        yield pid.isPresent();
      }
      case "ERRNO" -> {
        var number = number(value, 0, Integer.MAX_VALUE);
        number.ifPresent(some -> error = OptionalInt.of((int) some));
        yield number.isPresent();
      }
      case "BUSERROR" -> {
        busError = Optional.of(value);
        yield true;
      }
      case "EXTEND_TIMEOUT_USEC" -> {
        var micros = number(value, 0, LONGEST_MICROS);
        micros.ifPresent(
            some -> extendedUntil = OptionalLong.of(now + TimeUnit.MICROSECONDS.toNanos(some)));
        yield micros.isPresent();
      }
      // There are more, now or in time to come, and a sender may add its own.
      default -> false;
    };
  }

  private boolean enter(Phase next) {
    if (phase == Phase.STOPPING || phase == next) {
      return false;
    }
    phase = next;
    return true;
  }

  private boolean watchdog(String value, long now) {
    switch (value) {
      case "1" -> lastSign = OptionalLong.of(now);
      case "trigger" -> {
        boolean first = !watchdogTriggered;
        watchdogTriggered = true;
        return first;
      }
      default -> ignored++;
    }
    return false;
  }

  private boolean isOne(String value) {
    if (value.equals("1")) {
      return true;
    }
    ignored++;
    return false;
  }

  private OptionalLong number(String value, long least, long most) {
    boolean digits = !value.isEmpty() && value.length() < 19 && value.chars().allMatch(Told::digit);
    long number = digits ? Long.parseLong(value) : -1;
    if (!digits || number < least || number > most) {
      ignored++;
      return OptionalLong.empty();
    }
    return OptionalLong.of(number);
  }

  private static boolean digit(int character) {
    return character >= '0' && character <= '9';
  }

  private static Duration micros(long micros) {
    return Duration.of(micros, java.time.temporal.ChronoUnit.MICROS);
  }

  /// All of it at this moment.
  synchronized ServiceState look(long now) {
    var left = extendedUntil.isPresent() ? extendedUntil.getAsLong() - now : 0;
    return new ServiceState(
        phase,
        status,
        mainPid,
        error,
        busError,
        lastSign.isPresent()
            ? Optional.of(Duration.ofNanos(Math.max(0, now - lastSign.getAsLong())))
            : Optional.empty(),
        watchdogInterval,
        watchdogTriggered,
        left > 0 ? Optional.of(Duration.ofNanos(left)) : Optional.empty(),
        ignored);
  }
}
