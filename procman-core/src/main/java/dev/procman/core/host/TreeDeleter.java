package dev.procman.core.host;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/// Deletes a directory with all that is in it. Links are deleted, never followed, also not one that
/// takes the place of a directory in the meantime: names are looked up in open directories
/// (openat(2)) where the operating system allows it.
final class TreeDeleter {
  /// Each level holds descriptors.
  private static final int MAX_DEPTH = 256;

  private TreeDeleter() {}

  /// Deletes it, if it is there.
  static void delete(Path tree) throws IOException {
    var absolute = tree.toAbsolutePath();
    var name = absolute.getFileName();
    var parent = absolute.getParent();
    if (name == null || parent == null) {
      throw new IOException("not deleted: " + tree);
    }
    try (var stream = Files.newDirectoryStream(parent)) {
      if (stream instanceof SecureDirectoryStream<Path> secure) {
        delete(secure, name, 0);
        return;
      }
    } catch (NoSuchFileException already) {
      return;
    } catch (DirectoryIteratorException failed) {
      throw failed.getCause();
    }
    Files.walkFileTree(absolute, new Deleter());
  }

  private static void delete(SecureDirectoryStream<Path> parent, Path name, int depth)
      throws IOException {
    var attributes =
        parent
            .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
            .readAttributes();
    if (!attributes.isDirectory()) {
      parent.deleteFile(name);
      return;
    }
    if (depth == MAX_DEPTH) {
      throw new IOException(name + " is nested too deep");
    }
    try (var inside = parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
      for (var entry : inside) {
        delete(inside, entry.getFileName(), depth + 1);
      }
    }
    parent.deleteDirectory(name);
  }

  private static final class Deleter extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failed) throws IOException {
      if (failed instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw failed;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failed)
        throws IOException {
      if (failed != null) {
        throw failed;
      }
      Files.delete(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
