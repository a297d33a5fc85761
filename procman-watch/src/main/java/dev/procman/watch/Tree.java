package dev.procman.watch;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// What is known of the trees on disk.
///
/// The operating system's notices are hints and never the truth: they may be merged, dropped, out
/// of date, or about a directory that has since got another name. So a notice only says where to
/// look, and what counts is the difference between what was seen there before and what is there
/// now. Nothing is lost as long as every directory is *first* watched and *then* read: a change
/// before the reading is seen by it, one after it is noticed. The same order covers a directory
/// that comes into being, whatever was put into it before it could be watched.
///
/// A directory that is known is read again only when a notice names it. That a notice came late, of
/// something that was seen by then, makes no difference; and a directory that went and came back
/// under its name is read to its ends, since what was looked for in it meanwhile was not found.
///
/// Alternatives were to trust the notices (what most watchers do, and why they miss files in new
/// directories), or to read everything at any notice (right, and too slow for large trees).
///
/// ```text
/// Hints ─► Tree ─► RootLook ─► Visits ─► Reading ─► EntryLook ─► DirectoryLook ─► Visits, Forgetting
///                                                             └► FileLook ─► Pending ─► Changes
/// ```
///
/// What is known hangs on [Roots]: a [Folder] for each directory, an [Entry] for each file. Only
/// the looks change it, and what they find to be another is [Pending] until it is told.
///
/// Not thread-safe.
final class Tree {
  final Pending pending = new Pending();

  private final boolean linksFollowed;
  private final Roots roots;
  private final Links links = new Links();
  private final Visits visits = new Visits();
  private final Troubles troubles;
  private final Unseen unseen;
  private final Watches watches;
  private final Rules rules;
  private final RootLook rootLook;
  private final FileLook files;
  private final EntryLook entries;
  private final Reading reading;
  private final Contents contents;
  private final Changes changes;
  private volatile boolean ended;

  Tree(
      WatchedFiles settings,
      Predicate<Path> own,
      boolean notices,
      Optional<Instant> since,
      Hints hints,
      Consumer<WatchTrouble> listener) {
    linksFollowed = settings.linksFollowed();
    roots = Roots.of(settings.roots(), hints);
    troubles = new Troubles(listener);
    unseen = new Unseen(troubles);
    watches = new Watches(notices, troubles);
    rules = new Rules(settings.selection().gitIgnore(), visits, hints);
    var forgetting = new Forgetting(pending, watches, links, unseen);
    rootLook = new RootLook(watches, rules, visits, forgetting, troubles, hints);
    var filter = new Filter(settings.selection(), own);
    var attributes = new Attributes(linksFollowed);
    files = new FileLook(settings, filter, pending, since);
    var directories = new DirectoryLook(linksFollowed, filter, visits, forgetting, hints);
    entries = new EntryLook(attributes, directories, files, links, unseen);
    reading = new Reading(visits, watches, rules, entries, unseen, () -> ended);
    contents = new Contents(settings, roots, attributes, pending, () -> ended);
    changes = new Changes(pending, roots, contents, attributes, () -> ended);
  }

  /// The first look.
  ///
  /// @throws WatchLimitException when the system grants too few watches
  void start() throws WatchLimitException {
    visits.beginRound();
    for (var root : roots.all()) {
      rootLook.look(root, false);
    }
    reading.visitAll();
    watches.begun();
    files.begun();
    contents.readLater(roots.folders());
  }

  /// Whoever looks stops as soon as the one thing he does just now is done. From any thread.
  void end() {
    ended = true;
  }

  void close() {
    ended = true;
    for (var root : roots.all()) {
      watches.releaseAbove(root);
      rootLook.forget(root);
    }
  }

  /// Looks where hints lead to.
  void follow(Map<Place, Hints.Hint> found) {
    visits.beginRound();
    found.forEach(this::follow);
    reading.visitAll();
  }

  private void follow(Place place, Hints.Hint hint) {
    switch (place) {
      case Anchor anchor -> rootLook.look(anchor.root, true);
      case Folder folder when folder.dropped -> {}
      case Folder folder when hint.whole() && folder.level == 0 ->
          rootLook.look(roots.of(folder), true);
      case Folder folder when hint.whole() -> visits.add(folder, true);
      case Folder folder -> lookAt(folder, hint.names());
    }
  }

  private void lookAt(Folder folder, Map<Path, Notice> names) {
    names.forEach((name, notice) -> {
      if (name.toString().equals(GitIgnore.NAME) && rules.read(folder)) {
        visits.add(folder, true);
      }
      entries.look(folder, name, true, notice == Notice.LEFT);
      if (notice == Notice.CHANGED && folder.folders.containsKey(name)) {
        visits.add(folder.folders.get(name), false);
        unseen.all().forEach(each -> visits.add(each, false));
      }
    });
    if (linksFollowed) {
      // A linked file changes when a link on its way does, and that has another name.
      List.copyOf(folder.files.keySet()).forEach(name -> entries.look(folder, name));
    }
  }

  /// Whether [#lookAgain] is needed from time to time.
  boolean needsPolling() {
    return watches.isPolled() || !links.isEmpty() || roots.areSomeBlind();
  }

  /// Looks where no notices come from: at all that is there, or else at what links lead to.
  void lookAgain() {
    visits.beginRound();
    for (var root : roots.all()) {
      rootLook.look(root, watches.isPolled());
    }
    if (!watches.isPolled()) {
      links.forEach(entries::look);
    }
    reading.visitAll();
  }

  /// Looks once more at what has changed.
  ///
  /// @return whether it is still as it was seen
  boolean isAtRest() {
    long before = pending.activity();
    visits.beginRound();
    for (var path : pending.paths()) {
      if (ended) {
        return false;
      }
      roots.spotsOf(path).forEach(spot -> entries.look(spot.folder(), spot.name()));
    }
    reading.visitAll();
    return pending.activity() == before;
  }

  /// Those among the changed files that may be half written.
  List<Path> halfWritten() {
    var half = changes.halfWritten();
    troubles.left(WatchTrouble.Kind.UNSETTLED, half);
    return half;
  }

  void unsettled(Path archive) {
    troubles.tell(
        WatchTrouble.Kind.UNSETTLED,
        archive,
        archive + " has changed, but cannot be opened as an archive; waiting until it can");
  }

  /// What has changed since the last call, in order of path.
  ///
  /// @param but leaves these for later
  List<FileChange> take(List<Path> but) {
    return changes.take(but);
  }

  /// What [#take] would give.
  List<FileChange> peek(List<Path> but) {
    return changes.peek(but);
  }

  /// Reads files that were there at the start, for a while.
  ///
  /// @return whether some are left
  boolean readSome(long nanos) {
    return contents.readSome(nanos);
  }

  /// How often a directory was read; for tests and measurements. From any thread.
  long reads() {
    return reading.count();
  }

  /// The directory of the first root, which is there.
  Folder top() {
    return roots.top();
  }

  /// All files of the trees.
  Set<Path> files() {
    return roots.files();
  }
}
