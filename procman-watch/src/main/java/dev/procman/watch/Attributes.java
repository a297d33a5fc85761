package dev.procman.watch;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/// What the file system says of a path now.
///
/// @param linksFollowed whether a link is what it leads to
record Attributes(boolean linksFollowed) {
  /// @param attributes those of what counts, which is the target where links are followed
  /// @param link whether the path itself is a link
  record Found(BasicFileAttributes attributes, boolean link) {}

  /// Empty if there is nothing.
  Optional<Found> of(Path path) throws IOException {
    try {
      var own = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      boolean link = own.isSymbolicLink();
      return Optional.of(new Found(link && linksFollowed ? target(path, own) : own, link));
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

  /// What cannot be read counts as there.
  boolean isThere(Path path) {
    try {
      return of(path).isPresent();
    } catch (IOException unreadable) {
      return true;
    }
  }
}
