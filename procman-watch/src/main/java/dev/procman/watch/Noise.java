package dev.procman.watch;

import java.util.Set;
import java.util.regex.Pattern;

/// What editors, version control and builds leave beside the work.
final class Noise {
  private static final Set<String> DIRECTORIES =
      Set.of(
          ".git",
          ".hg",
          ".svn",
          ".jj",
          ".bzr",
          "CVS",
          ".idea",
          ".vscode",
          ".settings",
          ".gradle",
          ".mvn",
          ".cache",
          ".venv",
          ".tox",
          ".pytest_cache",
          ".mypy_cache",
          "__pycache__",
          "node_modules",
          "maven-status",
          "maven-archiver",
          "surefire-reports",
          "failsafe-reports");

  /// Vim's swap files and its test of whether a directory may be written to (`4913`), Emacs's
  /// auto-saves and locks, JetBrains' and GNOME's safe writes, KDE's swaps, office locks,
  /// downloads, compilers' leftovers, logs and pid files.
  private static final Pattern FILES =
      Pattern.compile(
          "\\..*\\.sw[a-z]|.*\\.sw[opx]|4913|.*~|#.*#|\\.#.*|.*___jb_(?:tmp|old)___"
              + "|\\.goutputstream-.*|\\..*\\.kate-swp|~\\$.*|\\.~lock\\..*#|\\.DS_Store|Thumbs\\.db"
              + "|desktop\\.ini|.*\\.(?:tmp|temp|bak|orig|part|crdownload|pyc|pid|log|lck)"
              + "|.*\\.log\\.[0-9]+|hs_err_pid.*|\\.nfs[0-9a-f]+|\\.fuse_hidden.*",
          Pattern.DOTALL);

  private Noise() {}

  static boolean isDirectory(String name) {
    return DIRECTORIES.contains(name);
  }

  static boolean isFile(String name) {
    return FILES.matcher(name).matches();
  }
}
