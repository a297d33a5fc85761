package dev.procman.watch;

import java.io.IOException;
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
    Optional<Attributes.Found> found;
    try {
      found = attributes.of(path);
    } catch (IOException unreadable) {
      unseen.add(folder, unreadable);
      return;
    }
    found.ifPresentOrElse(
        there -> compare(folder, name, there.attributes(), noticed, deep),
        () -> forget(folder, name));
    if (attributes.linksFollowed()) {
      keepLink(folder, name, found.filter(Attributes.Found::link).isPresent());
    }
  }

  private void compare(
      Folder folder, Path name, BasicFileAttributes there, boolean noticed, boolean deep) {
    if (there.isDirectory()) {
      files.forget(folder, name);
      directories.look(folder, name, there.fileKey(), deep);
    } else {
      directories.forget(folder, name);
      files.look(folder, name, there, noticed);
    }
  }

  private void forget(Folder folder, Path name) {
    files.forget(folder, name);
    directories.forget(folder, name);
  }

  private void keepLink(Folder folder, Path name, boolean link) {
    boolean taken = folder.files.containsKey(name) || folder.folders.containsKey(name);
    if (taken && link) {
      links.add(folder, name);
    } else {
      links.remove(folder, name);
    }
  }
}
