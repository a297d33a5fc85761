package dev.procman.watch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/// Says what has become of the files that were seen to change.
final class Changes {
  private final Pending pending;
  private final Roots roots;
  private final Contents contents;
  private final Attributes attributes;
  private final BooleanSupplier ended;

  Changes(
      Pending pending,
      Roots roots,
      Contents contents,
      Attributes attributes,
      BooleanSupplier ended) {
    this.pending = pending;
    this.roots = roots;
    this.contents = contents;
    this.attributes = attributes;
    this.ended = ended;
  }

  /// Those among the changed files that may be half written.
  List<Path> halfWritten() {
    return pending.paths().stream()
        .filter(path ->
            !ended.getAsBoolean() && roots.entry(path).isPresent() && Archives.isHalfWritten(path))
        .toList();
  }

  /// What has changed since the last call, in order of path.
  ///
  /// @param but leaves these for later
  List<FileChange> take(List<Path> but) {
    var changes = changes(but, pending::remove);
    pending.waitAnew();
    return changes;
  }

  /// What [#take] would give.
  List<FileChange> peek(List<Path> but) {
    return changes(but, pending::get);
  }

  private List<FileChange> changes(List<Path> but, Function<Path, Entry> before) {
    var changes = new ArrayList<FileChange>();
    var left = Set.copyOf(but);
    for (var path : new TreeSet<>(pending.paths())) {
      if (!ended.getAsBoolean() && !left.contains(path)) {
        boolean excluded = pending.isHidden(path) && attributes.isThere(path);
        boolean promised = pending.isPromised(path);
        change(path, before.apply(path), excluded)
            .or(() -> promised ? Optional.of(undone(path)) : Optional.empty())
            .ifPresent(changes::add);
      }
    }
    return changes;
  }

  private Optional<FileChange> change(Path path, Entry before, boolean excluded) {
    var now = contents.read(path);
    if (before.isPresent() && now.isPresent()) {
      return isSame(before, now)
          ? Optional.empty()
          : Optional.of(new FileChange(path, FileChange.Kind.MODIFIED));
    }
    if (before.isPresent()) {
      return excluded
          ? Optional.empty()
          : Optional.of(new FileChange(path, FileChange.Kind.DELETED));
    }
    return now.isPresent()
        ? Optional.of(new FileChange(path, FileChange.Kind.CREATED))
        : Optional.empty();
  }

  /// It was another for a while.
  private FileChange undone(Path path) {
    return new FileChange(
        path, attributes.isThere(path) ? FileChange.Kind.MODIFIED : FileChange.Kind.DELETED);
  }

  private static boolean isSame(Entry before, Entry now) {
    boolean read = before.digest() != null && now.digest() != null;
    return read
        ? Objects.equals(before.digest(), now.digest()) && before.link() == now.link()
        : before.looksLike(now);
  }
}
