package dev.procman.watch;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/// Knows where the operating system's notices tell only half: of files that another machine or
/// program changes, it does not learn (inotify(7), "Limitations and caveats").
final class FileSystemKinds {
  private static final Set<String> REMOTE =
      Set.of(
          "nfs",
          "nfs4",
          "cifs",
          "smb",
          "smb2",
          "smb3",
          "smbfs",
          "9p",
          "v9fs",
          "virtiofs",
          "vboxsf",
          "vmhgfs",
          "prl_fs",
          "drvfs",
          "afs",
          "ceph",
          "glusterfs",
          "lustre",
          "ncpfs",
          "coda",
          "davfs",
          "osxfs",
          "grpcfuse",
          "gpfs",
          "beegfs");

  private FileSystemKinds() {}

  static boolean sendsNotices(WatchedFiles files) {
    return switch (files.mode()) {
      case NATIVE -> true;
      case POLLING -> false;
      case AUTO -> files.roots().stream().allMatch(FileSystemKinds::isLocal);
    };
  }

  private static boolean isLocal(Path root) {
    if (!root.getFileSystem().equals(FileSystems.getDefault())) {
      return false;
    }
    for (Path at = root; at != null; at = at.getParent()) {
      try {
        return isLocal(Files.getFileStore(at).type());
      } catch (IOException notThereYet) {
        // Its directory will tell.
      }
    }
    return true;
  }

  /// @param type as mount(8) has it
  static boolean isLocal(String type) {
    return !REMOTE.contains(type) && !type.startsWith("fuse");
  }
}
