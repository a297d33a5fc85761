package dev.procman.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/// The operating system grants no further watches. The message names the setting to raise and its
/// value.
public final class WatchLimitException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String setting;

  private WatchLimitException(String setting, Path path, IOException cause) {
    super(
        "no further watch for %s: %s is %s; raise it with 'sysctl %s=…', exclude directories, or use"
                .formatted(path, setting, value(setting), setting)
            + " polling",
        cause);
    this.setting = setting;
  }

  /// The setting that sets the limit, such as `fs.inotify.max_user_watches`.
  public String setting() {
    return setting;
  }

  /// What a failure to watch `path` means, if it is a limit. The JDK has no type for it; these are
  /// its words (LinuxWatchService).
  static Optional<WatchLimitException> of(Path path, IOException failed) {
    String words = String.valueOf(failed.getMessage()).toLowerCase(Locale.ROOT);
    if (words.contains("inotify watches") || words.contains("no space left on device")) {
      return Optional.of(new WatchLimitException("fs.inotify.max_user_watches", path, failed));
    }
    if (words.contains("inotify instances") || words.contains("too many open files")) {
      return Optional.of(new WatchLimitException("fs.inotify.max_user_instances", path, failed));
    }
    return Optional.empty();
  }

  private static String value(String setting) {
    try {
      return Files.readString(Path.of("/proc/sys", setting.split("\\."))).strip();
    } catch (IOException unknown) {
      return "unknown";
    }
  }
}
