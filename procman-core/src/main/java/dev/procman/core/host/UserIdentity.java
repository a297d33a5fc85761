package dev.procman.core.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// Who this JVM is to the file system: the effective user id. Names say nothing: a user need not
/// have one (`user.name` is `?` then), and two may share one.
public final class UserIdentity {
  private static volatile @Nullable UserIdentity self;

  private final OptionalInt uid;
  private final Optional<UserPrincipal> principal;

  private UserIdentity(OptionalInt uid, Optional<UserPrincipal> principal) {
    this.uid = uid;
    this.principal = principal;
  }

  /// Whoever runs this JVM.
  public static UserIdentity self() {
    var known = self;
    if (known == null) {
      var uid = ask();
      known = new UserIdentity(uid, principal(uid));
      self = known;
    }
    return known;
  }

  /// The user id; empty where there is none (Windows). An id above 2^31 is negative here, as in the
  /// attribute `unix:uid`.
  public OptionalInt uid() {
    return uid;
  }

  /// The same for what knows principals only; empty when there is none for the id.
  Optional<UserPrincipal> principal() {
    return principal;
  }

  /// The user id that owns a file, links not followed; empty where there is none.
  public static OptionalInt ownerOf(Path file) throws IOException {
    return file.getFileSystem().supportedFileAttributeViews().contains("unix")
        ? OptionalInt.of((Integer) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS))
        : OptionalInt.empty();
  }

  private static OptionalInt ask() {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      // Real, effective, saved, file system (proc(5)).
      return lines
          .filter(line -> line.startsWith("Uid:"))
          .mapToInt(line -> (int) Long.parseLong(line.split("\\s+", 6)[4]))
          .findFirst();
    } catch (IOException | RuntimeException notLinux) {
      return ofOwnFile();
    }
  }

  private static OptionalInt ofOwnFile() {
    try {
      var file = Files.createTempFile("procman-", "-owner");
      try {
        return ownerOf(file);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException unknown) {
      return OptionalInt.empty();
    }
  }

  private static Optional<UserPrincipal> principal(OptionalInt uid) {
    if (uid.isEmpty()) {
      return Optional.empty();
    }
    try {
      // A name that no user has is taken for a number.
      return Optional.of(
          Path.of("/")
              .getFileSystem()
              .getUserPrincipalLookupService()
              .lookupPrincipalByName(Integer.toUnsignedString(uid.getAsInt())));
    } catch (IOException | UnsupportedOperationException none) {
      return Optional.empty();
    }
  }
}
