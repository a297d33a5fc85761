package dev.procman.core.launch;

import dev.procman.LaunchException;
import dev.procman.LaunchException.Reason;
import dev.procman.spi.LaunchRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Turns what the JDK says about a failed start into a reason and a remedy. The JDK puts the number
/// that the operating system gave (errno(3)) into the text, as `error=2, …` or `error: 2 (…)`.
final class LaunchErrors {
  private static final Pattern NUMBER = Pattern.compile("error[=:] ?(\\d+)");

  private LaunchErrors() {}

  static LaunchException of(LaunchRequest request, IOException failure) {
    String words = String.valueOf(failure.getMessage());
    String program = request.command().getFirst();
    if (words.contains("jspawnhelper") || words.contains("spawn helper")) {
      return exception(
          Reason.SPAWN_HELPER_BROKEN,
          program,
          "the JDK's spawn helper failed; was the JDK upgraded underneath the running JVM? Restart the JVM",
          failure);
    }
    Matcher number = NUMBER.matcher(words);
    Matcher inner =
        NUMBER.matcher(
            failure.getCause() == null ? "" : String.valueOf(failure.getCause().getMessage()));
    int errno =
        inner.find()
            ? Integer.parseInt(inner.group(1))
            : number.find() ? Integer.parseInt(number.group(1)) : 0;
    return switch (errno) {
      case 2, 20 -> missing(request, program, failure);
      case 13, 1 ->
          exception(
              Reason.NOT_EXECUTABLE,
              program,
              "it may not be executed; check its permissions (chmod +x) and that of the directories above it",
              failure);
      case 8 ->
          exception(
              Reason.NOT_EXECUTABLE,
              program,
              "it is neither a program for this machine nor a script with an interpreter in its first line",
              failure);
      case 7 ->
          exception(
              Reason.ARGUMENTS_TOO_LONG,
              program,
              "its arguments and environment are too long (on Linux one argument holds at most 131071 bytes); pass the"
                  + " data by a file or standard input",
              failure);
      case 11, 12, 23, 24 ->
          exception(
              Reason.RESOURCES_EXHAUSTED,
              program,
              "processes, memory or descriptors are exhausted; see ulimit -u, -n and -v. The system said: "
                  + words,
              failure);
      default -> exception(Reason.OTHER, program, "the system said: " + words, failure);
    };
  }

  private static LaunchException missing(
      LaunchRequest request, String program, IOException failure) {
    var directory = badDirectory(request);
    if (directory.isPresent()) {
      return directory.get();
    }
    if (program.indexOf('/') < 0) {
      return exception(
          Reason.COMMAND_NOT_FOUND,
          program,
          "there is no such command on the PATH of this JVM, "
              + System.getenv().getOrDefault("PATH", "(unset)"),
          failure);
    }
    var path = request.directory().map(base -> base.resolve(program)).orElse(Path.of(program));
    return Files.exists(path)
        ? exception(
            Reason.COMMAND_NOT_FOUND,
            program,
            "the file is there; the interpreter that its first line names, or its loader, is not",
            failure)
        : exception(
            Reason.COMMAND_NOT_FOUND, program, "there is no such file; check the path", failure);
  }

  /// Why the working directory of a request cannot be one, if so.
  static Optional<LaunchException> badDirectory(LaunchRequest request) {
    return request
        .directory()
        .filter(directory -> !Files.isDirectory(directory))
        .map(directory ->
            exception(
                Reason.BAD_DIRECTORY,
                request.command().getFirst(),
                "its working directory '"
                    + directory
                    + (Files.exists(directory) ? "' is not a directory" : "' does not exist")
                    + "; create it or name another",
                null));
  }

  static LaunchException exhausted(LaunchRequest request, OutOfMemoryError failure) {
    return exception(
        Reason.RESOURCES_EXHAUSTED,
        request.command().getFirst(),
        "this JVM could not make a thread or buffer for it: " + failure.getMessage(),
        failure);
  }

  static LaunchException rejected(LaunchRequest request, RuntimeException failure) {
    return exception(
        Reason.OTHER,
        request.command().getFirst(),
        "the JDK rejected it: " + failure.getMessage(),
        failure);
  }

  private static LaunchException exception(
      Reason reason, String program, String remedy, @Nullable Throwable cause) {
    return new LaunchException(reason, "cannot start '" + program + "': " + remedy, cause);
  }
}
