package dev.procman.watch;

import java.nio.file.Path;
import java.util.Map;

/// A directory above a root, watched for the next name on the way to it: so that a root that is not
/// there yet is seen when it comes, and one that is moved away when it goes. Its `.gitignore` may
/// count too.
final class Anchor implements Place, Notices.Subscriber {
  final Root root;
  final Path directory;
  private final Path name;
  private final Hints hints;

  Anchor(Root root, Path directory, Path name, Hints hints) {
    this.root = root;
    this.directory = directory;
    this.name = name;
    this.hints = hints;
  }

  @Override
  public void noticed(Map<Path, Notice> names) {
    if (names.containsKey(name) || names.containsKey(Path.of(GitIgnore.NAME))) {
      hints.addWhole(this);
    }
  }

  @Override
  public void lost() {
    hints.addLost(this);
  }

  @Override
  public void ended() {
    hints.addWhole(this);
  }
}
