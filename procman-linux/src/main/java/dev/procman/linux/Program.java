package dev.procman.linux;

import dev.procman.spi.LaunchRequest;
import java.io.File;
import java.nio.file.Path;
import java.util.Optional;

/// Which file a command names. A name without a slash is looked for on the `PATH` that the child
/// gets, as its shell would (execvp(3)); a relative directory there is relative to the child's.
final class Program {
  /// Where execvp(3) looks when there is no `PATH`.
  private static final String DEFAULT_PATH = "/bin:/usr/bin";

  private Program() {}

  /// The file to execute; empty when there is none. One that may not be executed is given when
  /// there is no better, so that the operating system says why.
  static Optional<String> find(LaunchRequest request) {
    String name = request.command().getFirst();
    if (name.indexOf('/') >= 0) {
      return Optional.of(name);
    }
    Optional<String> second = Optional.empty();
    for (String directory : path(request).split(":", -1)) {
      String candidate = directory.isEmpty() ? "./" + name : directory + "/" + name;
      File file = seenFromHere(request, candidate);
      if (file.isFile()) {
        if (file.canExecute()) {
          return Optional.of(candidate);
        }
        second = second.or(() -> Optional.of(candidate));
      }
    }
    return second;
  }

  /// For messages.
  static String searched(LaunchRequest request) {
    return "the PATH of the child, " + path(request);
  }

  private static String path(LaunchRequest request) {
    return request.environment().getOrDefault("PATH", DEFAULT_PATH);
  }

  private static File seenFromHere(LaunchRequest request, String candidate) {
    return candidate.startsWith("/") || request.directory().isEmpty()
        ? new File(candidate)
        : request.directory().orElse(Path.of("")).resolve(candidate).toFile();
  }
}
