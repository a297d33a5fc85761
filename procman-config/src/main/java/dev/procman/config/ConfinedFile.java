package dev.procman.config;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A file that must lie below a directory, though somebody may exchange parts of its path for links
/// while it is read. To look where a path leads and to open it then are two steps, and what is
/// opened need not be what was looked at. So links are followed first, by name; the path that comes
/// of it has none, and is opened from the directory down, each part in the one before it and none
/// through a link. Who has exchanged a part meanwhile gets an error and not a file.
///
/// The directories themselves are the host's, and are believed.
final class ConfinedFile {
  private static final int TRIES = 5;
  private static final LinkOption NO_LINK = LinkOption.NOFOLLOW_LINKS;

  private final Path asked;
  private final Collection<Path> roots;

  private ConfinedFile(Path asked, Collection<Path> roots) {
    this.asked = asked;
    this.roots = roots;
  }

  /// The file lies elsewhere.
  static final class Outside extends Exception {
    private static final long serialVersionUID = 1L;

    Outside(String message) {
      super(message, null, false, false);
    }
  }

  /// It lies below one of these as far as can be told now.
  ///
  /// @throws Outside when it does not
  static ConfinedFile find(Collection<Path> roots, Path file) throws Outside {
    if (roots.stream().noneMatch(file::startsWith)) {
      throw new Outside("'" + file + "' lies outside");
    }
    var confined = new ConfinedFile(file, roots);
    var real = real(file);
    if (confined.root(real).isEmpty()) {
      throw new Outside("'" + file + "' is a link to '" + real + "', which lies outside");
    }
    return confined;
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException notThere) {
      return path;
    }
  }

  /// The real path of the directory that a real path lies below.
  private Optional<Path> root(Path real) {
    return roots.stream().map(ConfinedFile::real).filter(real::startsWith).findFirst();
  }

  /// Opens it; null when it is empty.
  ///
  /// @throws NoSuchFileException when it is not there
  /// @throws Unfit when it is no regular file, or lies elsewhere now
  @Nullable SeekableByteChannel open() throws IOException, Unfit {
    for (int attempt = 1; attempt <= TRIES; attempt++) {
      var real = asked.toRealPath();
      var root = root(real);
      if (root.isEmpty()) {
        break;
      }
      try {
        return open(root.get().toRealPath(), root.get().relativize(real));
      } catch (AccessDeniedException denied) {
        throw denied;
      } catch (IOException exchanged) {
        // A part of it is a link now, or has gone: look again where it leads.
      }
    }
    throw new Unfit(
        "'" + asked + "' is exchanged while it is read", "a file that stays where it is");
  }

  @SuppressWarnings("StreamResourceLeak") // all that was opened is closed together
  private @Nullable SeekableByteChannel open(Path root, Path relative) throws IOException, Unfit {
    var directories = new ArrayDeque<DirectoryStream<Path>>();
    if (relative.toString().isEmpty()) {
      throw new Unfit("'" + asked + "' is a directory", "a regular file");
    }
    try {
      var directory = Files.newDirectoryStream(root);
      directories.push(directory);
      for (int i = 0; i < relative.getNameCount() - 1; i++) {
        directory = secure(directory).newDirectoryStream(relative.getName(i), NO_LINK);
        directories.push(directory);
      }
      var name = relative.getFileName();
      var attributes =
          secure(directory)
              .getFileAttributeView(name, BasicFileAttributeView.class, NO_LINK)
              .readAttributes();
      if (attributes.isSymbolicLink()) {
        throw new IOException("a link");
      }
      FileText.requireRegular(asked, attributes);
      return attributes.size() == 0
          ? null
          : secure(directory)
              .newByteChannel(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    } finally {
      for (var directory : directories) {
        directory.close();
      }
    }
  }

  private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> directory) throws Unfit {
    if (directory instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    throw new Unfit(
        "this file system cannot open a file without following links",
        "another one, or the policy without 'included_files'");
  }
}
