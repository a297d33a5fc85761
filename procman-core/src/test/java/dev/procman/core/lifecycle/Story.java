package dev.procman.core.lifecycle;

import static org.assertj.core.api.Assertions.fail;

import dev.procman.core.lifecycle.Effect.Announcement;
import org.jspecify.annotations.Nullable;

/// How far the announcements of a process have come: a grammar of what may follow what.
///
/// @param last what was told last of its coming and going, nothing at first
/// @param stage how far the generation has come
/// @param ready whether this generation was told ready
/// @param stopping whether this generation was told stopping
/// @param settled whether a terminal announcement was made and nobody has asked for anything since
public record Story(
    @Nullable Announcement last, Stage stage, boolean ready, boolean stopping, boolean settled) {

  /// How far a generation has come.
  public enum Stage {
    /// Between generations.
    NONE,
    /// Being spawned.
    STARTING,
    /// Spawned.
    STARTED,
    /// The exit is being told, once.
    EXITED
  }

  /// Nothing told yet.
  public static Story initial() {
    return new Story(null, Stage.NONE, false, false, false);
  }

  /// The same for whoever looks at what may follow only.
  Story withoutTexts() {
    boolean waiting = last instanceof Announcement.Waiting;
    return new Story(waiting ? last : null, stage, ready, stopping, settled);
  }

  /// Somebody asked for it to run.
  public Story asked() {
    return new Story(last, stage, ready, stopping, false);
  }

  /// The report of the exit.
  public Story exited() {
    require(stage == Stage.STARTING || stage == Stage.STARTED, "one exit for each generation");
    return new Story(null, Stage.EXITED, ready, stopping, false);
  }

  /// What was announced next.
  public Story told(Announcement next) {
    require(!settled, "nothing after a terminal announcement before somebody asks: " + next);
    return switch (next) {
      case Announcement.Waiting _ -> {
        require(between(), "waiting only between generations");
        yield new Story(next, Stage.NONE, false, false, false);
      }
      case Announcement.Starting _ -> {
        require(between(), "starting only between generations");
        yield new Story(next, Stage.STARTING, false, false, false);
      }
      case Announcement.Started _ -> {
        require(stage == Stage.STARTING, "started once, after starting");
        yield new Story(next, Stage.STARTED, false, stopping, false);
      }
      case Announcement.Ready _ -> {
        require(stage == Stage.STARTED && !ready && !stopping, "ready once, before stopping");
        yield new Story(next, stage, true, false, false);
      }
      case Announcement.HealthChanged _ -> {
        require(stage == Stage.STARTED && !stopping, "health only of what runs");
        yield this;
      }
      case Announcement.Stopping _ -> {
        require(
            (stage == Stage.STARTING || stage == Stage.STARTED) && !stopping,
            "stopping once, of what runs");
        yield new Story(next, stage, ready, true, false);
      }
      case Announcement.Stuck _ -> {
        require(stage == Stage.STARTED, "stuck only what was started and not reported as exited");
        yield new Story(next, stage, ready, stopping, false);
      }
      case Announcement.RestartScheduled _, Announcement.CrashLoop _ -> {
        require(stage == Stage.EXITED, "a decision only after an exit, once");
        yield new Story(next, Stage.NONE, ready, stopping, false);
      }
      case Announcement.Completed _, Announcement.Failed _ -> {
        require(stage == Stage.EXITED, "a decision only after an exit, once");
        yield new Story(next, Stage.NONE, ready, stopping, true);
      }
      case Announcement.Stopped _ -> {
        require(between(), "an end only when no generation is left");
        yield new Story(next, Stage.NONE, ready, stopping, true);
      }
      case Announcement.Skipped _ -> {
        require(between(), "an end only when no generation is left");
        // It comes back with what it depends on.
        yield new Story(next, Stage.NONE, ready, stopping, false);
      }
    };
  }

  /// An exit may be followed at once by the next start, when a restart was asked for.
  private boolean between() {
    return stage == Stage.NONE || stage == Stage.EXITED;
  }

  private void require(boolean holds, String rule) {
    if (!holds) {
      fail(rule + "; told so far: " + this);
    }
  }
}
