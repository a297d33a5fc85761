package dev.procman.watch;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Files that were seen to change, and what they were when changes were last reported.
final class Pending {
  private final Map<Path, Entry> before = new HashMap<>();

  /// Those that are left out since, by rules that have changed.
  private final Set<Path> hidden = new HashSet<>();

  /// Those that are to be reported, whatever becomes of them.
  private final Set<Path> promised = new HashSet<>();

  private long first;
  private long last;
  private long activity;

  /// @param was what the file was just before
  void note(Path path, Entry was) {
    last = System.nanoTime();
    if (before.isEmpty()) {
      first = last;
    }
    activity++;
    before.putIfAbsent(path, was);
  }

  /// It is left out now, which is no change of it.
  void hide(Path path, Entry was) {
    note(path, was);
    hidden.add(path);
  }

  void show(Path path) {
    hidden.remove(path);
  }

  boolean isHidden(Path path) {
    return hidden.contains(path);
  }

  void promise(Path path) {
    promised.add(path);
  }

  boolean isPromised(Path path) {
    return promised.contains(path);
  }

  Entry remove(Path path) {
    hidden.remove(path);
    promised.remove(path);
    var was = before.remove(path);
    return was == null ? Entry.ABSENT : was;
  }

  Entry get(Path path) {
    return before.getOrDefault(path, Entry.ABSENT);
  }

  /// What is left begins its wait now.
  void waitAnew() {
    first = System.nanoTime();
  }

  boolean contains(Path path) {
    return before.containsKey(path);
  }

  boolean isEmpty() {
    return before.isEmpty();
  }

  List<Path> paths() {
    return List.copyOf(before.keySet());
  }

  /// Counts what was noted.
  long activity() {
    return activity;
  }

  /// When they are to be reported, unless more comes, in nanoseconds of the system's clock.
  long due(long debounce, long maxWait) {
    return Math.min(last + debounce, first + maxWait);
  }
}
