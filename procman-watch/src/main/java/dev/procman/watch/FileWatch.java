package dev.procman.watch;

import dev.procman.InvalidSpecException;
import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.Signal;
import dev.procman.spi.ProcessExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// Restarts a process when files change, or does something else with it. Part of a specification:
///
/// ```java
/// ProcessSpec.named("app")
///     .command("java", "-cp", "target/classes", "app.Main")
///     .with(FileWatch.of(Path.of("target/classes")).include("**/*.class"))
/// ```
///
/// The process's own files never count: its rotating logs, the files of its specification, and
/// procman's temporary directories. Files changed since the process was registered do, also before
/// the watch has begun. Immutable.
///
/// @param files which files, and when their changes are reported
/// @param onChange what is done; default a restart
/// @param onFailure what is done when that does not make it ready; default the restart policy's
/// @param mostRestarts more restarts than that within `window` suspend the watch; default 10
/// @param window the time in which they are counted; default one minute
public record FileWatch(
    WatchedFiles files, OnChange onChange, OnFailure onFailure, int mostRestarts, Duration window)
    implements ProcessExtension {
  private static final long MOST_COPIED = 256L * 1024 * 1024;

  /// Checks the parts.
  ///
  /// @throws InvalidSpecException when a number is out of range; the message names it
  public FileWatch {
    if (mostRestarts < 1 || mostRestarts > 1_000_000) {
      throw new InvalidSpecException("watch.mostRestarts", mostRestarts, "use 1 to 1000000");
    }
    if (window.isZero() || window.isNegative() || window.compareTo(Duration.ofDays(365)) > 0) {
      throw new InvalidSpecException("watch.window", window, "use above zero, at most a year");
    }
  }

  /// Restarts when any file under `directory` changes but noise.
  public static FileWatch of(Path directory) {
    return of(WatchedFiles.under(directory));
  }

  /// Restarts when that one file changes.
  public static FileWatch ofFile(Path file) {
    return of(WatchedFiles.of(file));
  }

  /// Restarts when these files change.
  public static FileWatch of(WatchedFiles files) {
    return new FileWatch(
        files, new OnChange.Restart(false), new OnFailure.KeepTrying(), 10, Duration.ofMinutes(1));
  }

  /// Files under this directory too.
  public FileWatch and(Path directory) {
    return watching(files -> files.and(directory));
  }

  /// Only files that match this or another include; see [PathPattern.Glob].
  public FileWatch include(String glob) {
    return watching(files -> files.include(glob));
  }

  /// No file or directory that matches; see [PathPattern.Glob].
  public FileWatch exclude(String glob) {
    return watching(files -> files.exclude(glob));
  }

  /// What `.gitignore` files ignore is left out.
  public FileWatch honourGitIgnore() {
    return watching(WatchedFiles::honourGitIgnore);
  }

  /// Acts after this time without a change.
  public FileWatch debounce(Duration quiet) {
    return watching(files -> files.debounce(quiet));
  }

  /// With another way to notice changes.
  public FileWatch mode(WatchMode mode) {
    return watching(files -> files.mode(mode));
  }

  /// Only changes that this takes for one.
  public FileWatch when(Predicate<? super FileChange> condition) {
    return watching(files -> files.when(condition));
  }

  /// With other settings of what is watched and how; for those that have no method here.
  public FileWatch watching(UnaryOperator<WatchedFiles> other) {
    return new FileWatch(other.apply(files), onChange, onFailure, mostRestarts, window);
  }

  /// Restarts those that depend on the process too.
  public FileWatch restartDependents() {
    return then(new OnChange.Restart(true));
  }

  /// Sends a signal in place of a restart, such as HUP to what then reads its files again.
  public FileWatch signal(Signal signal) {
    return then(new OnChange.Send(signal));
  }

  /// Runs a command in place of a restart.
  public FileWatch run(String... command) {
    return then(new OnChange.Run(List.of(command)));
  }

  /// Calls the host in place of a restart.
  public FileWatch call(OnChange.Action action) {
    return then(new OnChange.Call(action));
  }

  private FileWatch then(OnChange other) {
    return new FileWatch(files, other, onFailure, mostRestarts, window);
  }

  /// Stops the process when it does not become ready after a change; the next one starts it.
  public FileWatch stayDownOnFailure() {
    return otherwise(new OnFailure.StayDown());
  }

  /// Sets the files back when the process does not become ready with the new ones; copies at most
  /// 256 MiB.
  public FileWatch rollBackOnFailure() {
    return otherwise(new OnFailure.RollBack(MOST_COPIED));
  }

  /// With another answer to a process that does not become ready.
  public FileWatch otherwise(OnFailure other) {
    return new FileWatch(files, onChange, other, mostRestarts, window);
  }

  /// Suspends the watch after more restarts than that.
  public FileWatch mostRestarts(int count, Duration within) {
    return new FileWatch(files, onChange, onFailure, count, within);
  }

  @Override
  public AutoCloseable attach(ManagedProcess process, ProcessManager manager) throws Exception {
    return Choreography.begin(this, process, manager);
  }
}
