package dev.procman.core.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Where the state directory is when the host has chosen none: one place for each user, so that all
/// its JVMs find each other.
///
/// @param environment of this JVM
/// @param temporary the system's temporary directory
record DefaultPlaces(Map<String, String> environment, Path temporary) {
  /// Another user who wants this one to have no common directory has to make so many.
  private static final int SPARE = 9;

  /// Those of this JVM.
  static DefaultPlaces ofThisJvm() {
    return new DefaultPlaces(
        System.getenv(), Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
  }

  /// The places, best first.
  List<Path> all() {
    var places = new ArrayList<Path>();
    var runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    if (!runtime.isBlank() && isOurs(Path.of(runtime))) {
      places.add(Path.of(runtime, "procman"));
    }
    var uid = UserIdentity.self().uid();
    var name =
        "procman-"
            + (uid.isPresent()
                ? Integer.toUnsignedString(uid.getAsInt())
                : System.getProperty("user.name", "unknown"));
    places.add(temporary.resolve(name));
    for (int i = 2; i <= SPARE; i++) {
      places.add(temporary.resolve(name + "-" + i));
    }
    return places;
  }

  /// The XDG Base Directory Specification wants it to be the user's, and nobody else's.
  private static boolean isOurs(Path directory) {
    if (!directory.isAbsolute() || !Files.isDirectory(directory)) {
      return false;
    }
    try {
      var real = directory.toRealPath();
      return UserIdentity.ownerOf(real).equals(UserIdentity.self().uid())
          && !OwnDirectory.isWritableByOthers(
              Files.readAttributes(real, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
    } catch (IOException | UnsupportedOperationException unknown) {
      return false;
    }
  }

  /// A place that no other JVM finds, where all others are another user's.
  Path alone() throws IOException {
    return Files.createTempDirectory(temporary, "procman-alone-");
  }
}
