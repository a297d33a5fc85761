package dev.procman.core.output;

import dev.procman.InvalidSpecException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The appenders of this JVM, one for each file, whatever managers and processes write to it and
/// whatever names they have for it: two that knew nothing of each other would rotate each other's
/// file away. Classes that were loaded twice have one each, which take turns as JVMs do.
/// Thread-safe.
final class Appenders {
  private static final Appenders OF_THIS_JVM = new Appenders();

  private final Map<LogPath, Shared> shared = new HashMap<>();

  private Appenders() {}

  static Appenders ofThisJvm() {
    return OF_THIS_JVM;
  }

  /// One file and who is at it.
  private static final class Shared {
    final Appender appender;
    final List<Claim> claims = new ArrayList<>();
    FileKeeping keeping;
    int users;

    Shared(Appender appender, FileKeeping keeping) {
      this.appender = appender;
      this.keeping = keeping;
    }
  }

  /// That a process writes a file, from the moment that is known until it is over. It keeps others
  /// from asking for other settings.
  ///
  /// @param path the file
  /// @param process who
  /// @param group tells the process from another of the same name
  record Claim(LogPath path, String process, Object group) {}

  /// Makes a claim. Who writes the file already may change its settings, and with that those of
  /// all.
  ///
  /// @throws InvalidSpecException when others write the file by other settings
  synchronized Claim claim(
      Path configured, String process, Object group, FileKeeping keeping, FileOwner owner) {
    var path = resolve(configured);
    var claim = new Claim(path, process, group);
    if (path.kind() != LogPath.Kind.FILE) {
      return claim;
    }
    var entry = entry(path, keeping, owner);
    if (!entry.keeping.equals(keeping)) {
      boolean mayChange =
          entry.claims.isEmpty()
              || entry.claims.stream().anyMatch(other -> other.group.equals(group));
      if (!mayChange) {
        throw contradiction(
            configured, entry.claims.getFirst().process, entry.keeping, process, keeping);
      }
      entry.keeping = keeping;
    }
    if (entry.appender instanceof FileAppender file) {
      file.keeping(keeping, owner);
    }
    entry.claims.add(claim);
    return claim;
  }

  static InvalidSpecException contradiction(
      Path configured, String one, FileKeeping settings, String other, FileKeeping others) {
    return new InvalidSpecException(
        "output.files",
        configured,
        "process '%s' writes this file with %s, and '%s' would with %s; give both the same settings, or each a file of its own"
            .formatted(
                one, settings.differenceFrom(others), other, others.differenceFrom(settings)));
  }

  synchronized void release(Claim claim) {
    var entry = shared.get(claim.path);
    if (entry != null) {
      removeIdentical(entry.claims, claim);
      forgetUnused(claim.path, entry);
    }
  }

  @SuppressWarnings("ReferenceEquality") // equal claims are as many as they were made
  private static void removeIdentical(List<Claim> claims, Claim claim) {
    for (int i = 0; i < claims.size(); i++) {
      if (claims.get(i) == claim) {
        claims.remove(i);
        return;
      }
    }
  }

  /// An appender in use.
  final class Use implements AutoCloseable {
    private final LogPath path;
    private final Shared entry;

    private Use(LogPath path, Shared entry) {
      this.path = path;
      this.entry = entry;
    }

    LogPath path() {
      return path;
    }

    Appender appender() {
      return entry.appender;
    }

    @Override
    public void close() {
      synchronized (Appenders.this) {
        entry.users--;
        if (entry.users == 0) {
          entry.appender.close();
        }
        forgetUnused(path, entry);
      }
    }
  }

  /// Begins to use the appender of what the path leads to now.
  ///
  /// @throws IOException when the path leads nowhere
  Use use(Path configured, FileKeeping keeping, FileOwner owner) throws IOException {
    var path = LogPath.of(configured);
    synchronized (this) {
      var entry = entry(path, keeping, owner);
      entry.users++;
      return new Use(path, entry);
    }
  }

  private Shared entry(LogPath path, FileKeeping keeping, FileOwner owner) {
    return shared.computeIfAbsent(
        path,
        _ ->
            new Shared(
                path.kind() == LogPath.Kind.FILE
                    ? new FileAppender(path.real(), keeping, owner)
                    : new StreamAppender(path),
                keeping));
  }

  private void forgetUnused(LogPath path, Shared entry) {
    if (entry.users == 0 && entry.claims.isEmpty()) {
      shared.remove(path, entry);
    }
  }

  /// What cannot be resolved now may be when lines come; until then it is what it is called.
  static LogPath resolve(Path configured) {
    try {
      return LogPath.of(configured);
    } catch (IOException later) {
      return new LogPath(configured.toAbsolutePath().normalize(), LogPath.Kind.FILE);
    }
  }
}
