package dev.procman.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/// Looks at one entry of a directory, whatever it is by now.
final class EntryLook {
  private final Attributes attributes;
  private final DirectoryLook directories;
  private final FileLook files;
  private final Links links;
  private final Unseen unseen;

  EntryLook(
      Attributes attributes,
      DirectoryLook directories,
      FileLook files,
      Links links,
      Unseen unseen) {
    this.attributes = attributes;
    this.directories = directories;
    this.files = files;
    this.links = links;
    this.unseen = unseen;
  }

  /// As when the directory was read: nobody said anything of this entry.
  void look(Folder folder, Path name) {
    look(folder, name, false, false);
  }

  /// @param noticed whether the file system said that this entry changed
  /// @param deep whether a directory that is the same as before is to be read to its ends
  void look(Folder folder, Path name, boolean noticed, boolean deep) {
    var path = folder.path.resolve(name);
    Optional<BasicFileAttributes> found;
    try {
      found = attributes.of(path);
    } catch (IOException unreadable) {
      unseen.add(folder, unreadable);
      return;
    }
    if (found.isEmpty()) {
      files.forget(folder, name);
      directories.forget(folder, name);
    } else if (found.get().isDirectory()) {
      files.forget(folder, name);
      directories.look(folder, name, found.get().fileKey(), deep);
    } else {
      directories.forget(folder, name);
      files.look(folder, name, found.get(), noticed);
    }
    if (attributes.linksFollowed()) {
      keepLink(folder, name, path);
    }
  }

  private void keepLink(Folder folder, Path name, Path path) {
    boolean taken = folder.files.containsKey(name) || folder.folders.containsKey(name);
    if (taken && Files.isSymbolicLink(path)) {
      links.add(folder, name);
    } else {
      links.remove(folder, name);
    }
  }
}
