package dev.procman.watch;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/// Reads the directories that are to be read, and what they lead to.
final class Reading {
  private final Visits visits;
  private final Watches watches;
  private final Rules rules;
  private final EntryLook entries;
  private final Unseen unseen;
  private final BooleanSupplier ended;
  private final AtomicLong count = new AtomicLong();

  Reading(
      Visits visits,
      Watches watches,
      Rules rules,
      EntryLook entries,
      Unseen unseen,
      BooleanSupplier ended) {
    this.visits = visits;
    this.watches = watches;
    this.rules = rules;
    this.entries = entries;
    this.unseen = unseen;
    this.ended = ended;
  }

  /// How often a directory was read. From any thread.
  long count() {
    return count.get();
  }

  void visitAll() {
    for (Folder folder;
        !ended.getAsBoolean() && !watches.isRefused() && (folder = visits.poll()) != null; ) {
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

  private void read(Folder folder) {
    unseen.retry(folder);
    try {
      // First watched, then read: see Tree.
      watches.watch(folder);
      count.incrementAndGet();
      folder.deep |= rules.read(folder);
      var names = names(folder);
      names.addAll(folder.files.keySet());
      names.addAll(folder.folders.keySet());
      for (var name : names) {
        if (ended.getAsBoolean()) {
          return;
        }
        entries.look(folder, name);
      }
      if (!unseen.contains(folder)) {
        unseen.over(folder);
      }
    } catch (NoSuchFileException | NotDirectoryException gone) {
      folder.ended();
    } catch (IOException | DirectoryIteratorException unreadable) {
      unseen.add(folder, unreadable);
    }
  }

  private static Set<Path> names(Folder folder) throws IOException {
    var names = new HashSet<Path>();
    try (var entries = Files.newDirectoryStream(folder.path)) {
      for (var entry : entries) {
        names.add(Objects.requireNonNull(entry.getFileName()));
      }
    }
    return names;
  }
}
