package dev.procman.watch;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

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
/// Not thread-safe.
final class Tree {
  static final long MOST_COMPARED = 64L * 1024 * 1024;

  private final WatchedFiles settings;
  private final Filter filter;
  private final Hints hints;
  private final boolean notices;
  private final Consumer<WatchTrouble> troubles;
  private final List<Root> roots;
  private final Visits visits = new Visits();
  private final Deque<Folder> toDigest = new ArrayDeque<>();

  /// Files of one of them.
  private Iterator<Path> unread = Collections.emptyIterator();

  private final Set<Path> troubled = new HashSet<>();

  /// Directories in which something could not be seen: who may read what is above them decides too.
  private final Set<Folder> unseen = new HashSet<>();

  final Pending pending = new Pending();

  /// Times of files are those of the kernel's last tick (10 ms at most), or coarser.
  private static final long GRAIN = TimeUnit.MILLISECONDS.toNanos(20);

  /// Files changed at or after it count as changed though the first look sees them for the first
  /// time. Without the grain: what was written just before is no change.
  private final long since;

  private final long began = now() - GRAIN;

  private boolean starting = true;
  private @Nullable WatchLimitException refused;

  /// Some directory cannot be watched, so all are looked at again and again.
  private boolean polled;

  /// Where links are followed, those there are: what they lead to may change without a notice in
  /// their directories, so they are looked at again and again.
  private final Map<Folder, Set<Path>> links = new HashMap<>();

  private volatile boolean ended;
  private final AtomicLong reads = new AtomicLong();

  Tree(
      WatchedFiles settings,
      Predicate<Path> own,
      boolean notices,
      Optional<Instant> since,
      Hints hints,
      Consumer<WatchTrouble> troubles) {
    this.settings = settings;
    this.filter = new Filter(settings.selection(), own);
    this.hints = hints;
    this.notices = notices;
    this.polled = !notices;
    this.since = since.map(Tree::nanos).orElse(Long.MAX_VALUE);
    this.troubles = troubles;
    this.roots = settings.roots().stream().map(root -> new Root(root, hints)).toList();
  }

  /// The first look.
  ///
  /// @throws WatchLimitException when the system grants too few watches
  void start() throws WatchLimitException {
    visits.beginRound();
    for (var root : roots) {
      check(root, false);
    }
    visitAll();
    if (refused != null) {
      throw refused;
    }
    starting = false;
  }

  /// Whoever looks stops as soon as the one thing he does just now is done. From any thread.
  void end() {
    ended = true;
  }

  void close() {
    ended = true;
    for (var root : roots) {
      root.anchors.forEach(Notices.shared()::unsubscribe);
      var folder = root.folder;
      root.folder = null;
      if (folder != null) {
        drop(folder);
      }
    }
  }

  // Looking.

  void follow(Map<Place, Hints.Hint> found) {
    visits.beginRound();
    found.forEach(this::follow);
    visitAll();
  }

  private void follow(Place place, Hints.Hint hint) {
    switch (place) {
      case Anchor anchor -> check(anchor.root, true);
      case Folder folder when folder.dropped -> {}
      case Folder folder when hint.whole() && folder.level == 0 -> check(rootOf(folder), true);
      case Folder folder when hint.whole() -> visits.add(folder, true);
      case Folder folder -> lookAt(folder, hint.names());
    }
  }

  private void lookAt(Folder folder, Map<Path, Notice> names) {
    names.forEach((name, notice) -> {
      if (name.toString().equals(GitIgnore.NAME) && readRules(folder)) {
        visits.add(folder, true);
      }
      look(folder, name, true, notice == Notice.LEFT);
      if (notice == Notice.CHANGED && folder.folders.containsKey(name)) {
        visits.add(folder.folders.get(name), false);
        unseen.forEach(each -> visits.add(each, false));
      }
    });
    if (settings.linksFollowed()) {
      // A linked file changes when a link on its way does, and that has another name.
      List.copyOf(folder.files.keySet()).forEach(name -> look(folder, name));
    }
  }

  /// The directory of the first root, which is there.
  Folder top() {
    return Objects.requireNonNull(roots.getFirst().folder);
  }

  /// Whether [#lookAgain] is needed from time to time.
  boolean needsPolling() {
    return polled || !links.isEmpty() || roots.stream().anyMatch(root -> root.blind);
  }

  /// Looks where no notices come from.
  void lookAgain() {
    visits.beginRound();
    for (var root : roots) {
      check(root, polled);
    }
    Map.copyOf(links).forEach(this::lookAtLinks);
    visitAll();
  }

  private void lookAtLinks(Folder folder, Set<Path> names) {
    for (var name : List.copyOf(names)) {
      // One of those before may have led to it.
      if (!folder.dropped) {
        look(folder, name);
      }
    }
  }

  private Root rootOf(Folder folder) {
    return roots.stream().filter(root -> root.folder == folder).findFirst().orElseThrow();
  }

  /// @param deep whether to look at all that is in it, though it is the same directory as before
  private void check(Root root, boolean deep) {
    watchAbove(root);
    Optional<BasicFileAttributes> found;
    try {
      found = Optional.of(Files.readAttributes(root.path, BasicFileAttributes.class));
    } catch (IOException gone) {
      found = Optional.empty();
    }
    var known = root.folder;
    if (found.filter(BasicFileAttributes::isDirectory).isEmpty()) {
      root.folder = null;
      if (known != null) {
        drop(known);
      }
      trouble(
          WatchTrouble.Kind.MISSING_ROOT,
          root.path,
          root.path
              + " is not "
              + (found.isPresent() ? "a directory" : "there")
              + "; waiting for it");
      return;
    }
    troubled.remove(root.path);
    var key = found.get().fileKey();
    if (known == null || !known.is(key)) {
      if (known != null) {
        drop(known);
      }
      var folder = new Folder(root.path, "", 0, rulesAbove(root.path), key, hints);
      root.folder = folder;
      visits.add(folder, false);
    } else if (readRulesAbove(known) || deep) {
      visits.add(known, true);
    }
  }

  private void watchAbove(Root root) {
    if (!notices) {
      return;
    }
    root.blind = isLinked(root.path);
    for (var anchor : root.anchors) {
      try {
        Notices.shared().subscribe(anchor.directory, anchor);
      } catch (NoSuchFileException | NotDirectoryException notThereYet) {
        return;
      } catch (WatchLimitException limit) {
        limited(limit);
      } catch (IOException unreadable) {
        root.blind = true;
      }
    }
  }

  /// What a link leads to may go and come without a notice from above the link.
  private static boolean isLinked(Path root) {
    for (Path at = root; at != null; at = at.getParent()) {
      if (Files.isSymbolicLink(at)) {
        return true;
      }
    }
    return false;
  }

  /// The `.gitignore` files above a root that lies within a working tree of Git.
  private @Nullable Folder rulesAbove(Path root) {
    var chain = new ArrayList<Path>();
    for (Path at = root; at != null && settings.selection().gitIgnore(); at = at.getParent()) {
      if (Files.exists(at.resolve(".git"))) {
        Folder above = null;
        for (Path directory : chain.reversed()) {
          var parent = Objects.requireNonNull(directory.getParent());
          above = new Folder(parent, "", -1, above, null, hints);
          above.ignores = Optional.of(GitIgnore.in(parent));
        }
        return above;
      }
      chain.add(at);
    }
    return null;
  }

  /// @return whether there are others than before
  private boolean readRulesAbove(Folder folder) {
    boolean others = false;
    for (Folder at = folder.parent; at != null; at = at.parent) {
      others |= readRules(at);
    }
    return others;
  }

  private void visitAll() {
    for (Folder folder; !ended && !isRefused() && (folder = visits.poll()) != null; ) {
      if (!folder.dropped) {
        visit(folder);
      }
    }
  }

  private void visit(Folder folder) {
    if (visits.read(folder)) {
      read(folder);
      giveWay();
    }
    if (visits.enter(folder)) {
      folder.folders.values().forEach(below -> visits.add(below, true));
    }
  }

  /// What reads directories keeps the carrier of its virtual thread; others shall have their turn.
  @SuppressWarnings("ThreadPriorityCheck") // Nothing rests on the order.
  private static void giveWay() {
    Thread.yield();
  }

  private boolean isRefused() {
    return starting && refused != null;
  }

  private void read(Folder folder) {
    unseen.remove(folder);
    try {
      // In this order: see above.
      watch(folder);
      reads.incrementAndGet();
      folder.deep |= readRules(folder);
      var seen = new HashSet<Path>();
      try (var entries = Files.newDirectoryStream(folder.path)) {
        for (var entry : entries) {
          seen.add(Objects.requireNonNull(entry.getFileName()));
        }
      }
      if (starting) {
        toDigest.add(folder);
      }
      troubled.remove(folder.path);
      seen.addAll(folder.files.keySet());
      seen.addAll(folder.folders.keySet());
      for (var name : seen) {
        if (ended) {
          return;
        }
        look(folder, name);
      }
    } catch (NoSuchFileException | NotDirectoryException gone) {
      folder.ended();
    } catch (IOException | DirectoryIteratorException unreadable) {
      unreadable(folder, folder.path, unreadable);
    }
  }

  private void unreadable(Folder folder, Path path, Exception why) {
    unseen.add(folder);
    trouble(WatchTrouble.Kind.UNREADABLE, path, path + " cannot be read: " + why);
  }

  private void watch(Folder folder) throws IOException {
    if (!notices) {
      return;
    }
    try {
      Notices.shared().subscribe(folder.path, folder);
    } catch (WatchLimitException limit) {
      limited(limit);
    }
  }

  private void limited(WatchLimitException limit) {
    polled = true;
    refused = limit;
    if (starting) {
      return;
    }
    trouble(
        WatchTrouble.Kind.LIMIT,
        Path.of("/proc/sys/fs/inotify"),
        String.valueOf(limit.getMessage()));
  }

  /// @return whether there are others than before, so that all below is to be read by them
  private boolean readRules(Folder folder) {
    if (!settings.selection().gitIgnore()) {
      return false;
    }
    var rules = GitIgnore.in(folder.path);
    boolean others =
        folder.ignores.filter(before -> !before.text().equals(rules.text())).isPresent();
    folder.ignores = Optional.of(rules);
    if (others) {
      // What was read in this one was read by the old rules.
      visits.beginRound();
    }
    return others;
  }

  /// As when the directory was read: nobody said anything of this entry.
  private void look(Folder folder, Path name) {
    look(folder, name, false, false);
  }

  /// @param noticed whether the file system said that this entry changed
  /// @param deep whether a directory that is the same as before is to be read to its ends
  private void look(Folder folder, Path name, boolean noticed, boolean deep) {
    var path = folder.path.resolve(name);
    Optional<BasicFileAttributes> found;
    try {
      found = read(path);
    } catch (IOException unreadable) {
      unreadable(folder, path, unreadable);
      return;
    }
    if (found.isEmpty()) {
      forgetFile(folder, name);
      forgetFolder(folder, name);
    } else if (found.get().isDirectory()) {
      forgetFile(folder, name);
      lookAtDirectory(folder, name, path, found.get().fileKey(), deep);
    } else {
      forgetFolder(folder, name);
      lookAtFile(folder, name, path, found.get(), noticed);
    }
    if (settings.linksFollowed()) {
      keepLink(folder, name, path);
    }
  }

  private void keepLink(Folder folder, Path name, Path path) {
    boolean taken = folder.files.containsKey(name) || folder.folders.containsKey(name);
    if (taken && Files.isSymbolicLink(path)) {
      links.computeIfAbsent(folder, _ -> new HashSet<>(2)).add(name);
    } else {
      links.computeIfPresent(
          folder,
          (_, names) -> {
            names.remove(name);
            return names.isEmpty() ? null : names;
          });
    }
  }

  private Optional<BasicFileAttributes> read(Path path) throws IOException {
    try {
      var own = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return Optional.of(
          own.isSymbolicLink() && settings.linksFollowed() ? target(path, own) : own);
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    } catch (AccessDeniedException hidden) {
      throw hidden;
    } catch (IOException failed) {
      var parent = path.getParent();
      if (parent != null && !Files.isDirectory(parent)) {
        return Optional.empty();
      }
      throw failed;
    }
  }

  private static BasicFileAttributes target(Path path, BasicFileAttributes link) {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class);
    } catch (IOException leadsNowhere) {
      return link;
    }
  }

  private void lookAtDirectory(
      Folder folder, Path name, Path path, @Nullable Object key, boolean deep) {
    boolean wanted =
        filter.entersDirectory(path, folder.relative(name), name.toString(), folder.level + 1)
            && !folder.ignores(name, true)
            && !leadsBack(folder, key);
    if (!wanted) {
      var excluded = folder.folders.remove(name);
      if (excluded != null) {
        drop(excluded, pending::hide);
      }
      return;
    }
    var known = folder.folders.get(name);
    if (known != null && known.is(key)) {
      if (deep) {
        visits.add(known, true);
      }
      return;
    }
    forgetFolder(folder, name);
    var fresh = new Folder(path, folder.relative(name) + "/", folder.level + 1, folder, key, hints);
    folder.folders.put(name, fresh);
    visits.add(fresh, false);
  }

  /// A linked directory may be one that it lies in.
  private boolean leadsBack(Folder folder, @Nullable Object key) {
    if (!settings.linksFollowed() || key == null) {
      return false;
    }
    for (Folder at = folder; at != null; at = at.parent) {
      if (key.equals(at.key)) {
        return true;
      }
    }
    return false;
  }

  private void lookAtFile(
      Folder folder, Path name, Path path, BasicFileAttributes found, boolean noticed) {
    boolean wanted =
        !found.isOther()
            && filter.takesFile(path, folder.relative(name), name.toString())
            && !folder.ignores(name, false);
    if (!wanted) {
      var known = folder.files.remove(name);
      if (known != null) {
        pending.hide(path, known);
      }
      return;
    }
    pending.show(path);
    var now = Entry.of(found);
    var before = folder.files.get(name);
    if (before == null) {
      folder.files.put(name, now);
      if (!starting) {
        pending.note(path, Entry.ABSENT);
      } else if (isBetween(since, now)) {
        pending.note(path, Entry.UNKNOWN);
      }
    } else if (!before.looksLike(now)) {
      folder.files.put(name, now);
      pending.note(path, before);
    } else if (noticed && isCompared(before) && !pending.contains(path)) {
      // Times of files are coarse: two writes may look like one.
      if (before.digest() != null) {
        folder.files.put(name, before.withoutDigest());
        pending.note(path, before);
      } else if (isBetween(began, before)) {
        pending.note(path, Entry.UNKNOWN);
      }
    }
  }

  /// Whether it was changed between then and now; a time that is still to come says nothing.
  private static boolean isBetween(long then, Entry entry) {
    return entry.modified() >= then && entry.modified() <= now() + GRAIN;
  }

  private static long now() {
    return nanos(Instant.now());
  }

  private static long nanos(Instant moment) {
    return TimeUnit.SECONDS.toNanos(moment.getEpochSecond()) + moment.getNano();
  }

  private boolean isCompared(Entry entry) {
    return settings.compareContent() && entry.size() <= MOST_COMPARED;
  }

  private void forgetFile(Folder folder, Path name) {
    var known = folder.files.remove(name);
    if (known != null) {
      pending.note(folder.path.resolve(name), known);
    }
  }

  private void forgetFolder(Folder folder, Path name) {
    var known = folder.folders.remove(name);
    if (known != null) {
      drop(known);
    }
  }

  private void drop(Folder top) {
    drop(top, pending::note);
  }

  private void drop(Folder top, BiConsumer<Path, Entry> files) {
    var rest = new ArrayDeque<Folder>(List.of(top));
    for (Folder folder; (folder = rest.poll()) != null; ) {
      folder.dropped = true;
      unseen.remove(folder);
      links.remove(folder);
      if (notices) {
        Notices.shared().unsubscribe(folder);
      }
      var path = folder.path;
      folder.files.forEach((name, entry) -> files.accept(path.resolve(name), entry));
      rest.addAll(folder.folders.values());
    }
  }

  void unsettled(Path archive) {
    trouble(
        WatchTrouble.Kind.UNSETTLED,
        archive,
        archive + " has changed, but cannot be opened as an archive; waiting until it can");
  }

  private void trouble(WatchTrouble.Kind kind, Path path, String message) {
    if (troubled.size() < 1000 && troubled.add(path)) {
      troubles.accept(new WatchTrouble(kind, path, message));
    }
  }

  // Telling.

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
      lookFor(path);
    }
    visitAll();
    return pending.activity() == before;
  }

  /// It may be in a directory that is there, and was not yet seen.
  private void lookFor(Path path) {
    for (var root : roots) {
      if (root.folder != null && path.startsWith(root.path) && !path.equals(root.path)) {
        lookFor(root.folder, root.path.relativize(path));
      }
    }
  }

  private void lookFor(Folder top, Path way) {
    var at = top;
    int next = 0;
    for (Folder below; (below = at.folders.get(way.getName(next))) != null; next++) {
      if (next == way.getNameCount() - 1) {
        break;
      }
      at = below;
    }
    look(at, way.getName(next));
  }

  /// Those among the changed files that may be half written.
  List<Path> halfWritten() {
    return pending.paths().stream()
        .filter(path -> !ended && entry(path).isPresent() && Archives.isHalfWritten(path))
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
      if (!ended && !left.contains(path)) {
        boolean excluded = pending.isHidden(path) && isThere(path);
        boolean promised = pending.isPromised(path);
        change(path, before.apply(path), excluded)
            .or(() -> promised ? Optional.of(undone(path)) : Optional.empty())
            .ifPresent(changes::add);
      }
    }
    return changes;
  }

  private Optional<FileChange> change(Path path, Entry before, boolean excluded) {
    var now = digested(path);
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
    return new FileChange(path, isThere(path) ? FileChange.Kind.MODIFIED : FileChange.Kind.DELETED);
  }

  private boolean isThere(Path path) {
    try {
      return read(path).isPresent();
    } catch (IOException unreadable) {
      return true;
    }
  }

  private boolean isSame(Entry before, Entry now) {
    boolean read = before.digest() != null && now.digest() != null;
    return read
        ? Objects.equals(before.digest(), now.digest()) && before.link() == now.link()
        : before.looksLike(now);
  }

  /// Reads files that were there at the start, for a while.
  ///
  /// @return whether some are left
  boolean readSome(long nanos) {
    long until = System.nanoTime() + nanos;
    while (settings.compareContent() && !ended && System.nanoTime() - until < 0) {
      if (unread.hasNext()) {
        var path = unread.next();
        if (!pending.contains(path)) {
          digested(path);
        }
        continue;
      }
      var folder = toDigest.poll();
      if (folder == null) {
        return false;
      }
      unread = folder.dropped ? Collections.emptyIterator() : paths(folder).iterator();
    }
    return settings.compareContent() && !ended;
  }

  private static List<Path> paths(Folder folder) {
    return folder.files.keySet().stream().map(folder.path::resolve).toList();
  }

  private Entry digested(Path path) {
    var entry = entry(path);
    if (!entry.isPresent() || !isCompared(entry) || entry.digest() != null) {
      return entry;
    }
    try {
      var read = entry.with(Digest.of(path, entry.link()));
      boolean stable = read(path).map(Entry::of).filter(entry::looksLike).isPresent();
      if (stable) {
        foldersOf(path)
            .forEach(folder ->
                folder.files.computeIfPresent(
                    name(path), (_, known) -> known.looksLike(read) ? read : known));
        return read;
      }
      // Written to while it was read: not what it was in any case.
      return entry;
    } catch (IOException unreadable) {
      return entry;
    }
  }

  private Entry entry(Path path) {
    for (var folder : foldersOf(path)) {
      var entry = folder.files.get(name(path));
      if (entry != null) {
        return entry;
      }
    }
    return Entry.ABSENT;
  }

  private static Path name(Path path) {
    return Objects.requireNonNull(path.getFileName());
  }

  /// One root may lie in another, and only one of them may take the file.
  private List<Folder> foldersOf(Path path) {
    var all = new ArrayList<Folder>(1);
    for (var root : roots) {
      Folder at = root.folder;
      if (at != null && path.startsWith(root.path)) {
        var way = root.path.relativize(path);
        for (int i = 0; at != null && i < way.getNameCount() - 1; i++) {
          at = at.folders.get(way.getName(i));
        }
        if (at != null) {
          all.add(at);
        }
      }
    }
    return all;
  }

  /// How often a directory was read; for tests and measurements. From any thread.
  long reads() {
    return reads.get();
  }

  /// All files of the trees.
  Set<Path> files() {
    var all = new TreeSet<Path>();
    var rest = new ArrayDeque<Folder>();
    roots.stream().map(root -> root.folder).filter(Objects::nonNull).forEach(rest::add);
    for (Folder folder; (folder = rest.poll()) != null; ) {
      var path = folder.path;
      folder.files.keySet().forEach(name -> all.add(path.resolve(name)));
      rest.addAll(folder.folders.values());
    }
    return all;
  }
}
