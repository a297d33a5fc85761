package dev.procman.watch;

import dev.procman.InvalidSpecException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Which files are watched, and how. Immutable.
///
/// @param roots the trees, absolute; they need not exist yet
/// @param selection which of their files matter
/// @param linksFollowed whether links lead into the tree: a linked directory is part of it, and a
///   linked file is what the link leads to; else a link is a file of its own, which changes when it
///   leads elsewhere; default false
/// @param compareContent whether a file only counts as changed when its content did, so that a
///   touch is nothing; files above 64 MiB are compared by size, time and identity in any case;
///   default true
/// @param mode how changes are noticed; default AUTO
/// @param timing when they are reported
/// @param conditions a change counts only when all of these say so; called on the thread that
///   reports, compared by identity
public record WatchedFiles(
    List<Path> roots,
    FileSelection selection,
    boolean linksFollowed,
    boolean compareContent,
    WatchMode mode,
    WatchTiming timing,
    List<Predicate<? super FileChange>> conditions) {

  private static final long MOST_COMPARED = 64L * 1024 * 1024;

  /// Copies and checks the parts.
  ///
  /// @throws InvalidSpecException when there is no root
  public WatchedFiles {
    if (roots.isEmpty()) {
      throw new InvalidSpecException("watch.roots", roots, "name a directory");
    }
    roots = roots.stream().map(root -> root.toAbsolutePath().normalize()).distinct().toList();
    conditions = List.copyOf(conditions);
  }

  /// All files under `directory` but noise.
  public static WatchedFiles under(Path directory) {
    return new WatchedFiles(
        List.of(directory),
        FileSelection.ofDefaults(),
        false,
        true,
        WatchMode.AUTO,
        WatchTiming.ofDefaults(),
        List.of());
  }

  /// That one file, which need not exist.
  ///
  /// @throws InvalidSpecException when it is the root of the file system
  public static WatchedFiles of(Path file) {
    var path = file.toAbsolutePath().normalize();
    var directory = path.getParent();
    var name = path.getFileName();
    if (directory == null || name == null) {
      throw new InvalidSpecException("watch.file", file, "name a file");
    }
    String literal = name.toString().replaceAll("[\\\\*?\\[\\]{},]", "\\\\$0");
    return under(directory).include("/" + literal).depth(0).withNoise();
  }

  /// Files under this directory too; patterns are relative to each root.
  public WatchedFiles and(Path directory) {
    var more = new ArrayList<>(roots);
    more.add(directory);
    return new WatchedFiles(
        more, selection, linksFollowed, compareContent, mode, timing, conditions);
  }

  /// Only files that match this or another include; see [PathPattern.Glob].
  public WatchedFiles include(String glob) {
    return selecting(selection.include(new PathPattern.Glob(glob)));
  }

  /// Only files whose whole path from the root matches this or another include.
  public WatchedFiles includeRegex(String regex) {
    return selecting(selection.include(new PathPattern.Regex(regex)));
  }

  /// No file or directory that matches; see [PathPattern.Glob].
  public WatchedFiles exclude(String glob) {
    return selecting(selection.exclude(new PathPattern.Glob(glob)));
  }

  /// No file or directory whose whole path from the root matches.
  public WatchedFiles excludeRegex(String regex) {
    return selecting(selection.exclude(new PathPattern.Regex(regex)));
  }

  /// Swap files, version control and the like matter too.
  public WatchedFiles withNoise() {
    return selecting(selection.withNoise());
  }

  /// What `.gitignore` files ignore is left out.
  public WatchedFiles honourGitIgnore() {
    return selecting(selection.withGitIgnore());
  }

  /// Looks this many levels below the roots.
  public WatchedFiles depth(int levels) {
    return selecting(selection.withDepth(levels));
  }

  private WatchedFiles selecting(FileSelection other) {
    return new WatchedFiles(roots, other, linksFollowed, compareContent, mode, timing, conditions);
  }

  /// Links lead into the tree.
  public WatchedFiles followLinks() {
    return new WatchedFiles(roots, selection, true, compareContent, mode, timing, conditions);
  }

  /// Compares size, time and identity of files and not their content: a touch is a change.
  public WatchedFiles compareTimes() {
    return new WatchedFiles(roots, selection, linksFollowed, false, mode, timing, conditions);
  }

  /// With another way to notice changes.
  public WatchedFiles mode(WatchMode other) {
    return new WatchedFiles(
        roots, selection, linksFollowed, compareContent, other, timing, conditions);
  }

  /// Reports after this time without a change.
  public WatchedFiles debounce(Duration quiet) {
    return timed(timing.withDebounce(quiet));
  }

  /// Reports after this time though changes keep coming.
  public WatchedFiles maxWait(Duration longest) {
    return timed(timing.withMaxWait(longest));
  }

  /// With another limit for archives that cannot be read.
  public WatchedFiles settle(Duration limit) {
    return timed(timing.withSettle(limit));
  }

  /// With another time between two looks, where there are no notices.
  public WatchedFiles poll(Duration interval) {
    return timed(timing.withPoll(interval));
  }

  private WatchedFiles timed(WatchTiming other) {
    return new WatchedFiles(
        roots, selection, linksFollowed, compareContent, mode, other, conditions);
  }

  /// Only changes that this takes for one.
  public WatchedFiles when(Predicate<? super FileChange> condition) {
    var more = new ArrayList<>(conditions);
    more.add(condition);
    return new WatchedFiles(roots, selection, linksFollowed, compareContent, mode, timing, more);
  }

  /// Whether the content of a file of this size decides whether it has changed.
  boolean comparesContent(long size) {
    return compareContent && size <= MOST_COMPARED;
  }
}
