package dev.procman.core.output;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Who a log file that is made belongs to, and what its permissions are.
///
/// @param user by name or number; this JVM's when empty
/// @param group by name or number; what the system gives it when empty
/// @param mode the permissions; what the file mode creation mask leaves when empty
record FileOwner(Optional<String> user, Optional<String> group, OptionalInt mode) {
  /// Makes a file; nobody can open it who may not later.
  ///
  /// @throws IOException when it is there, or cannot be made so
  void create(Path file) throws IOException {
    if (user.isEmpty() && group.isEmpty() && mode.isEmpty()) {
      Files.createFile(file);
      return;
    }
    // A link that takes its place meanwhile is not followed.
    var view =
        Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view == null) {
      throw new FileSystemException(
          file.toString(), null, "its file system knows neither owner nor mode; leave them out");
    }
    Files.createFile(file, mode.isPresent() ? onlyForThisUser(file) : new FileAttribute<?>[0]);
    try {
      give(file);
      if (mode.isPresent()) {
        view.setPermissions(permissions(mode.getAsInt()));
      }
    } catch (IOException refused) {
      Files.deleteIfExists(file);
      throw refused;
    }
  }

  /// Makes a directory that the file's owner may enter and write to.
  void createDirectory(Path directory) throws IOException {
    Files.createDirectory(directory);
    give(directory);
  }

  private void give(Path file) throws IOException {
    var view =
        Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view == null) {
      return;
    }
    var lookup = file.getFileSystem().getUserPrincipalLookupService();
    var present = view.readAttributes();
    try {
      if (user.isPresent()) {
        var owner = known(file, "user", user.get(), lookup::lookupPrincipalByName);
        if (!owner.equals(present.owner())) {
          view.setOwner(owner);
        }
      }
      if (group.isPresent()) {
        var wanted = known(file, "group", group.get(), lookup::lookupPrincipalByGroupName);
        if (!wanted.equals(present.group())) {
          view.setGroup(wanted);
        }
      }
    } catch (FileSystemException refused) {
      throw new FileSystemException(
          file.toString(),
          null,
          "it cannot be given to "
              + user.orElse("this user")
              + group.map(name -> ":" + name).orElse("")
              + ", which needs a privilege (CAP_CHOWN): "
              + refused.getReason());
    }
  }

  /// A look-up.
  private interface Lookup<T> {
    T of(String name) throws IOException;
  }

  private static <T> T known(Path file, String what, String name, Lookup<T> lookup)
      throws IOException {
    try {
      return lookup.of(name);
    } catch (UserPrincipalNotFoundException unknown) {
      throw new IOException("%s: there is no %s '%s' here".formatted(file, what, name), unknown);
    }
  }

  private static Set<PosixFilePermission> permissions(int bits) {
    var permissions = EnumSet.noneOf(PosixFilePermission.class);
    int bit = 0400;
    for (var permission : PosixFilePermission.values()) { // from the owner's read on
      if ((bits & bit) != 0) {
        permissions.add(permission);
      }
      bit >>= 1;
    }
    return permissions;
  }

  /// Attributes of a file that nobody else can open; none where there are no permissions.
  static FileAttribute<?>[] onlyForThisUser(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}
