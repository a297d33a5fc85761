package dev.procman.core.output;

import dev.procman.core.host.UserIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.OptionalInt;

/// Whether a symbolic link was made by somebody whose word counts: this user or root. It is so
/// where nobody else can change the directory, and in a directory for all (sticky, such as `/tmp`)
/// where the link itself is theirs: the rule of `fs.protected_symlinks` of proc_sys_fs(5), and a
/// little more.
final class LinkTrust {
  private static final int WRITABLE_BY_OTHERS = 0022;
  private static final int STICKY = 01000;

  private LinkTrust() {}

  static boolean isTrusted(Path directory, Path link) throws IOException {
    if (!directory.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      return true;
    }
    if (!isOurs(directory)) {
      return false;
    }
    int mode = (int) Files.getAttribute(directory, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    return (mode & WRITABLE_BY_OTHERS) == 0 || ((mode & STICKY) != 0 && isOurs(link));
  }

  private static boolean isOurs(Path path) throws IOException {
    var owner = UserIdentity.ownerOf(path);
    return owner.equals(OptionalInt.of(0)) || owner.equals(UserIdentity.self().uid());
  }
}
