package dev.procman.linux;

import dev.procman.ControlGroup;
import dev.procman.LaunchException;
import dev.procman.LaunchException.Reason;
import dev.procman.proc.LaunchErrors;
import dev.procman.proc.ProcFs;
import dev.procman.spi.LaunchRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes a control group (cgroup v2) for a generation that asks for one.
///
/// All are made side by side below one group, named after this JVM, so that those of a JVM that was
/// killed are known and removed by the next. Controllers are switched on for them when the first
/// one needs them. The kernel does that only where no process is ("no internal processes"), except
/// in the root of all groups; so this JVM then moves with its children into a leaf beside them,
/// which is safe as long as nobody else is in its group.
final class ControlGroups {
  private static final Logger log = LoggerFactory.getLogger(ControlGroups.class);
  private static final Pattern NAME = Pattern.compile("procman-(\\d+)-(\\d+)-(\\d+|jvm)");
  private static final Set<String> MEASURING = new TreeSet<>(Set.of("memory", "pids", "io"));
  private static final AtomicBoolean SAID = new AtomicBoolean();
  private static final AtomicLong NUMBER = new AtomicLong();
  private static final String INSTEAD =
      "; or leave launch.controlGroup out and set limits, which procman keeps by measuring";

  private final GroupPlace place;
  private final Queue<Group> leftOver = new ConcurrentLinkedQueue<>();

  /// Looks where they can be made, and removes what a dead JVM has left there.
  ///
  /// @param named the group below which they are made; this JVM's own when empty
  ControlGroups(Optional<Path> named) {
    this.place = GroupPlace.find(named);
    switch (place) {
      case GroupPlace.Usable usable -> removeLeftOvers(usable.directory());
      case GroupPlace.Unusable unusable -> {
        if (SAID.compareAndSet(false, true)) {
          log.info(
              "no control groups: {}. Limits of memory, CPU and processes are kept by procman, which measures once a"
                  + " second, not by the kernel",
              unusable.why());
        }
      }
    }
  }

  /// Whether they can be made, if perhaps not with every bound.
  boolean isUsable() {
    return place instanceof GroupPlace.Usable;
  }

  /// Why there cannot be one with these bounds, with the remedy; empty when there can.
  Optional<String> obstacle(ControlGroup bounds) {
    return switch (place) {
      case GroupPlace.Unusable unusable ->
          Optional.of("launch.controlGroup: " + unusable.why() + INSTEAD);
      case GroupPlace.Usable usable -> obstacle(usable, bounds);
    };
  }

  private static Optional<String> obstacle(GroupPlace.Usable usable, ControlGroup bounds) {
    var missing = needed(bounds);
    missing.removeAll(usable.controllers());
    if (!missing.isEmpty()) {
      return Optional.of(
          "launch.controlGroup: %s lacks the controllers %s; have them delegated%s"
              .formatted(usable.directory(), missing, INSTEAD));
    }
    try {
      var strangers =
          isSettled(usable, needed(bounds)) ? List.<Long>of() : strangers(usable.directory());
      return strangers.isEmpty()
          ? Optional.empty()
          : Optional.of(
              "launch.controlGroup: in %s are other processes too, %s, which are not procman's to move; give this JVM a"
                      .formatted(usable.directory(), strangers)
                  + " group of its own, or name another"
                  + INSTEAD);
    } catch (IOException failed) {
      return Optional.of(
          "launch.controlGroup: %s cannot be read: %s%s"
              .formatted(usable.directory(), failed.getMessage(), INSTEAD));
    }
  }

  private static Set<String> needed(ControlGroup bounds) {
    var needed = new TreeSet<String>();
    if (bounds.memoryMax().isPresent() || bounds.memoryHigh().isPresent()) {
      needed.add("memory");
    }
    if (bounds.cpuMax().isPresent()) {
      needed.add("cpu");
    }
    if (bounds.pidsMax().isPresent()) {
      needed.add("pids");
    }
    return needed;
  }

  /// Whether the controllers are switched on, or can be without anybody having to move.
  private static boolean isSettled(GroupPlace.Usable usable, Set<String> controllers)
      throws IOException {
    var root = usable.directory();
    // The root of all groups has no type.
    return enabled(root).containsAll(controllers) || !Files.exists(root.resolve("cgroup.type"));
  }

  private static Set<String> enabled(Path root) throws IOException {
    return GroupPlace.words(Files.readString(root.resolve("cgroup.subtree_control")));
  }

  private static List<Long> strangers(Path root) throws IOException {
    var strangers = new ArrayList<>(Group.pids(root));
    strangers.removeAll(ourselves());
    return strangers;
  }

  private static Set<Long> ourselves() {
    var self = ProcessHandle.current();
    return Stream.concat(Stream.of(self), self.descendants())
        .map(ProcessHandle::pid)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /// Makes one for a process that is about to be started.
  ///
  /// @throws LaunchException when it cannot; then there is none
  synchronized Group create(LaunchRequest request, ControlGroup bounds) {
    var obstacle = obstacle(bounds);
    if (obstacle.isPresent() || !(place instanceof GroupPlace.Usable usable)) {
      throw failure(request, obstacle.orElse(""), null);
    }
    for (int known = leftOver.size(); known > 0; known--) {
      Optional.ofNullable(leftOver.poll())
          .filter(group -> !group.remove())
          .ifPresent(leftOver::add);
    }
    var group =
        new Group(usable.directory().resolve(name("" + NUMBER.incrementAndGet())), leftOver);
    try {
      enable(usable, needed(bounds));
      Files.createDirectory(group.directory());
      group.bound(bounds);
      return group;
    } catch (IOException failed) {
      group.discard();
      throw failure(
          request, "launch.controlGroup " + group.directory() + ": " + failed.getMessage(), failed);
    }
  }

  private static LaunchException failure(
      LaunchRequest request, String words, @Nullable Throwable cause) {
    return LaunchErrors.of(Reason.PREPARATION_FAILED, request, words, cause);
  }

  private static String name(String of) {
    return "procman-" + ProcessHandle.current().pid() + "-" + ProcFs.ownStartTicks() + "-" + of;
  }

  private static void enable(GroupPlace.Usable usable, Set<String> needed) throws IOException {
    if (needed.isEmpty()) {
      return;
    }
    var root = usable.directory();
    if (!isSettled(usable, needed) && !Group.pids(root).isEmpty()) {
      moveIntoLeaf(root);
    }
    var control = root.resolve("cgroup.subtree_control");
    var missing = new TreeSet<>(needed);
    missing.removeAll(enabled(root));
    if (!missing.isEmpty()) {
      Files.writeString(
          control, missing.stream().map(name -> "+" + name).collect(Collectors.joining(" ")));
    }
    for (String name : MEASURING) {
      if (usable.controllers().contains(name) && !enabled(root).contains(name)) {
        try {
          Files.writeString(control, "+" + name);
        } catch (IOException notThisOne) {
          log.atDebug().log("not measured by control groups: {}", name);
        }
      }
    }
  }

  private static void moveIntoLeaf(Path root) throws IOException {
    var leaf = root.resolve(name("jvm"));
    if (!Files.isDirectory(leaf)) {
      Files.createDirectory(leaf);
    }
    log.info("this JVM moves into the control group {}, so that others can be bounded", leaf);
    for (long pid : Group.pids(root)) {
      try {
        Files.writeString(leaf.resolve("cgroup.procs"), Long.toString(pid));
      } catch (IOException failed) {
        // A child that has ended needs no place.
        if (pid == ProcessHandle.current().pid()
            || ProcFs.stat(pid).filter(stat -> !stat.isDead()).isPresent()) {
          throw failed;
        }
      }
    }
  }

  private void removeLeftOvers(Path root) {
    try (var names = Files.list(root)) {
      names
          .filter(Files::isDirectory)
          .filter(directory -> isDead(directory.getFileName().toString()))
          .forEach(directory -> new Group(directory, leftOver).discard());
    } catch (IOException unreadable) {
      log.atWarn().setCause(unreadable).log("what earlier JVMs left in {} is not removed", root);
    }
  }

  private static boolean isDead(String name) {
    var match = NAME.matcher(name);
    if (!match.matches()) {
      return false;
    }
    long pid = Long.parseLong(match.group(1));
    long ticks = Long.parseLong(match.group(2));
    return pid == ProcessHandle.current().pid()
        ? ticks != ProcFs.ownStartTicks()
        : !ProcFs.isAlive(pid, ticks);
  }
}
