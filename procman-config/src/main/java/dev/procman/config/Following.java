package dev.procman.config;

import dev.procman.RegistryException;
import dev.procman.watch.FileChange;
import dev.procman.watch.FileSelection;
import dev.procman.watch.FileWatcher;
import dev.procman.watch.PathPattern;
import dev.procman.watch.WatchTrouble;
import dev.procman.watch.WatchedFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Files that are applied again whenever they change; made by [Projects#follow]. Close it before
/// the manager.
///
/// Which files these are, only reading them tells: so they are read, watched, and read again, until
/// none has come that was not watched while it was read.
public final class Following implements AutoCloseable {
  private final Projects projects;
  private final ProcmanConfig.Builder sources;
  private final ApplyOptions options;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Set<Path> files = Set.of();
  private volatile boolean closed;
  private volatile @Nullable FileWatcher watcher;

  private Following(Projects projects, ProcmanConfig.Builder sources, ApplyOptions options) {
    this.projects = projects;
    this.sources = new ProcmanConfig.Builder(sources);
    this.options = options;
  }

  static Following begin(Projects projects, ProcmanConfig.Builder sources, ApplyOptions options)
      throws IOException, InterruptedException {
    var following = new Following(projects, sources, options);
    following.lock.lock();
    try {
      projects.apply(following.read(), options);
      return following;
    } catch (IOException | InterruptedException | RuntimeException | Error failed) {
      following.close();
      throw failed;
    } finally {
      following.lock.unlock();
    }
  }

  /// The files that are followed: also those that are missing and would count if they came, and
  /// those that links lead to.
  public Set<Path> files() {
    return files;
  }

  /// @throws ConfigException when what is there cannot be used; it is watched all the same
  private Project read() throws IOException {
    while (true) {
      var loading = new Loading(new ProcmanConfig.Builder(sources));
      Optional<Project> project = Optional.empty();
      Optional<ConfigException> wrong = Optional.empty();
      try {
        project = Optional.of(loading.load().project());
      } catch (ConfigException refused) {
        wrong = Optional.of(refused);
      }
      var found = withTargets(loading.files());
      if (closed || found.equals(files)) {
        if (wrong.isPresent()) {
          throw wrong.get();
        }
        return project.orElseThrow();
      }
      watch(found);
    }
  }

  /// With what links lead to: of a change of that, the directory of the link knows nothing.
  private static Set<Path> withTargets(Set<Path> files) {
    var all = new LinkedHashSet<>(files);
    files.forEach(file -> target(file).ifPresent(all::add));
    return all;
  }

  /// Nothing when it is not there: then it is waited for where it should be.
  private static Optional<Path> target(Path file) {
    try {
      return Optional.of(file.toRealPath());
    } catch (IOException missing) {
      return Optional.empty();
    }
  }

  private void watch(Set<Path> next) throws IOException {
    files = Set.copyOf(next);
    var roots = new LinkedHashSet<Path>();
    var patterns = new LinkedHashSet<PathPattern>();
    var one = WatchedFiles.of(next.iterator().next());
    for (Path file : next) {
      var alone = WatchedFiles.of(file);
      roots.addAll(alone.roots());
      patterns.addAll(alone.selection().includes());
    }
    var all =
        new WatchedFiles(
            List.copyOf(roots),
            new FileSelection(List.copyOf(patterns), List.of(), true, false, 0),
            true,
            one.compareContent(),
            one.mode(),
            one.timing(),
            List.of(this::isFollowed));
    var before = watcher;
    watcher = FileWatcher.start(all, new Reload());
    if (before != null) {
      before.close();
    }
    if (closed) {
      close();
    }
  }

  /// A file of that name in another of the directories does not count.
  private boolean isFollowed(FileChange change) {
    return files.contains(change.path());
  }

  private final class Reload implements FileWatcher.Listener {
    @Override
    public void changed(List<FileChange> changes) throws IOException, InterruptedException {
      reload();
    }

    @Override
    public void troubled(WatchTrouble trouble) {
      projects.publish(trouble.message(), meta -> new ConfigEvent.FollowingTroubled(meta, trouble));
    }
  }

  private void reload() throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      if (closed) {
        return;
      }
      var project = read();
      if (!projects.current().equals(Optional.of(project))) {
        projects.apply(project, options);
      }
    } catch (ConfigException refused) {
      var problems = refused.problems().stream().map(Problem::toString).toList();
      projects.publish(
          "files that are followed cannot be used",
          meta -> new ConfigEvent.ConfigurationRefused(meta, problems));
    } catch (ApplyException rolledBack) {
      // Whoever listens to events has been told.
      return;
    } catch (RegistryException over) {
      close();
    } finally {
      lock.unlock();
    }
  }

  /// Ends it; an application that it has begun is rolled back. The processes stay as they are.
  /// Idempotent.
  @Override
  public void close() {
    closed = true;
    var present = watcher;
    if (present != null) {
      present.close();
    }
  }
}
