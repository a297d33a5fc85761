package dev.procman.health;

import dev.procman.spi.DurationText;
import dev.procman.InvalidSpecException;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Looks at a file. Times of files are wall time, so the two that compare times follow jumps of the
/// clock.
///
/// @param path which; templates are filled in; relative to the process's working directory
/// @param newerThanStart whether it must have been written since the generation was started;
///   default false
/// @param heartbeat how old its last change may be; empty, the default, means any age
public record FileCheck(String path, boolean newerThanStart, Optional<Duration> heartbeat)
    implements HealthCheck {

  /// File systems may store times in coarse steps.
  private static final Duration GRAIN = Duration.ofMillis(20);

  /// Checks the parts.
  ///
  /// @throws InvalidSpecException when the path is blank or the age not above zero
  public FileCheck {
    if (path.isBlank() || path.indexOf('\0') >= 0) {
      throw new InvalidSpecException("health.file.path", path.replace('\0', '?'), "name a file");
    }
    heartbeat.ifPresent(age -> {
      if (age.isZero() || age.isNegative()) {
        throw new InvalidSpecException("health.file.heartbeat", age, "use a duration above zero");
      }
    });
  }

  static FileCheck of(String path) {
    return new FileCheck(path, false, Optional.empty());
  }

  /// Passes only when the file was written since the generation was started.
  public FileCheck writtenSinceStart() {
    return new FileCheck(path, true, heartbeat);
  }

  /// Passes only while the file's last change is at most this old.
  public FileCheck heartbeat(Duration age) {
    return new FileCheck(path, newerThanStart, Optional.of(age));
  }

  @Override
  public HealthResult check(HealthContext context) {
    Path file = context.directory().resolve(context.fill(path));
    Instant changed;
    try {
      changed = Files.getLastModifiedTime(file).toInstant();
    } catch (NoSuchFileException missing) {
      return HealthResult.failing(file + " does not exist");
    } catch (IOException notVisible) {
      // That this JVM may not look says nothing of the process.
      return HealthResult.unknown(file + " cannot be looked at: " + notVisible);
    }
    if (newerThanStart && changed.isBefore(context.startedAt().minus(GRAIN))) {
      return HealthResult.failing(
          file
              + " was last changed at "
              + changed
              + ", before the start at "
              + context.startedAt());
    }
    var age = Duration.between(changed, Instant.now());
    if (heartbeat.isPresent() && age.compareTo(heartbeat.get()) > 0) {
      return HealthResult.failing(
              file
                  + " was last changed "
                  + DurationText.of(age)
                  + " ago, the limit is "
                  + DurationText.of(heartbeat.get()))
          .with("age", age);
    }
    return HealthResult.healthy(file + " is there").with("age", age);
  }

  @Override
  public String describe() {
    return "file "
        + path
        + (newerThanStart ? " written since the start" : "")
        + heartbeat.map(age -> " changed within " + DurationText.of(age)).orElse("");
  }
}
