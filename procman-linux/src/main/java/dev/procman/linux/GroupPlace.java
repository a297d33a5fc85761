package dev.procman.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Where control groups of version 2 can be made, or why nowhere (kernel documentation, "Control
/// Group v2").
sealed interface GroupPlace {
  /// The group that this JVM moved itself into; see [ControlGroups].
  Pattern OWN_LEAF = Pattern.compile("procman-\\d+-\\d+-jvm");

  /// There.
  ///
  /// @param directory the group below which they are made
  /// @param controllers what it may hand on to them
  record Usable(Path directory, Set<String> controllers) implements GroupPlace {}

  /// Nowhere.
  ///
  /// @param why with the remedy
  record Unusable(String why) implements GroupPlace {}

  /// Looks below the group that was named, or else below this JVM's own.
  static GroupPlace find(Optional<Path> named) {
    if (named.isPresent()) {
      return check(named.get());
    }
    try {
      var own =
          ownGroup(
              Files.readAllLines(Path.of("/proc/self/cgroup")),
              Files.readAllLines(Path.of("/proc/self/mountinfo")));
      if (own.isEmpty()) {
        return new Unusable(
            "cgroup v2 is not mounted here, or not with this JVM's group; mount it, or run the container with its own"
                + " cgroup namespace");
      }
      var directory = own.get();
      return isLeftToOthers(directory)
          ? new Unusable(
              directory + " belongs to systemd; have it delegated (Delegate=yes in the unit)")
          : check(directory);
    } catch (IOException unreadable) {
      return new Unusable("this JVM's own group cannot be looked at: " + unreadable.getMessage());
    }
  }

  private static GroupPlace check(Path directory) {
    var controllers = directory.resolve("cgroup.controllers");
    if (!Files.isRegularFile(controllers)) {
      return new Unusable(directory + " is not a group of cgroup v2; name one that is");
    }
    if (!Files.isWritable(directory) || !Files.isWritable(directory.resolve("cgroup.procs"))) {
      return new Unusable(
          directory
              + " may not be written by this user; have it delegated (systemd: Delegate=yes, containers: a writable"
              + " /sys/fs/cgroup)");
    }
    try {
      return new Usable(directory, words(Files.readString(controllers)));
    } catch (IOException unreadable) {
      return new Unusable(controllers + " cannot be read: " + unreadable.getMessage());
    }
  }

  /// What a file that holds words in one line says.
  static Set<String> words(String line) {
    return Arrays.stream(line.strip().split("\\s+", -1))
        .filter(word -> !word.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }

  /// The directory of a process's own group.
  ///
  /// @param membership the lines of its `/proc/<pid>/cgroup`
  /// @param mounts the lines of its `/proc/<pid>/mountinfo`
  static Optional<Path> ownGroup(List<String> membership, List<String> mounts) {
    var group =
        membership.stream()
            .filter(line -> line.startsWith("0::/"))
            .map(line -> Path.of(line.substring(3)))
            .findFirst();
    if (group.isEmpty()) {
      return Optional.empty();
    }
    for (String line : mounts) {
      // Before the dash: id, parent, device, root, mount point, options and optional fields.
      int dash = line.indexOf(" - cgroup2 ");
      var fields = line.split(" ", -1);
      if (dash > 0 && fields.length > 5) {
        var root = Path.of(unescape(fields[3]));
        if (group.get().startsWith(root)) {
          var directory = Path.of(unescape(fields[4])).resolve(root.relativize(group.get()));
          return Optional.of(outOfLeaf(directory.normalize()));
        }
      }
    }
    return Optional.empty();
  }

  private static Path outOfLeaf(Path directory) {
    var name = directory.getFileName();
    var parent = directory.getParent();
    return name != null && parent != null && OWN_LEAF.matcher(name.toString()).matches()
        ? parent
        : directory;
  }

  /// The kernel writes a space, a tab, a line feed and a backslash as three octal digits.
  private static String unescape(String path) {
    return path.replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }

  /// Whether systemd, which owns all groups that it has not delegated, would undo what is done
  /// here; a user other than root could not write there anyway. It marks what it delegated.
  private static boolean isLeftToOthers(Path directory) throws IOException {
    if (!Files.isDirectory(Path.of("/run/systemd/system")) || !Files.isWritable(directory)) {
      return false;
    }
    var marks = Files.getFileAttributeView(directory, UserDefinedFileAttributeView.class);
    if (marks == null || !marks.list().contains("delegate")) {
      return Files.getOwner(directory).equals(Files.getOwner(Path.of("/")));
    }
    var value = ByteBuffer.allocate(16);
    marks.read("delegate", value);
    return !StandardCharsets.US_ASCII.decode(value.flip()).toString().equals("1");
  }
}
