package dev.procman.proc;

import dev.procman.LaunchException;
import dev.procman.LaunchException.Reason;
import dev.procman.spi.LaunchRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Turns the number that the operating system gave for a failed start (errno(3)) into a reason and
/// a remedy.
public final class LaunchErrors {
  // The types of inode(7).
  private static final int FILE_TYPE = 0xF000;
  private static final int FIFO = 0x1000;
  private static final int SOCKET = 0xC000;

  private LaunchErrors() {}

  /// What the launcher should throw.
  ///
  /// @param errno the number; 0 where there is none
  /// @param searched where a command without a slash was looked for, in words
  /// @param words what the system or the JDK said
  public static LaunchException of(
      LaunchRequest request,
      int errno,
      String searched,
      String words,
      @Nullable Throwable failure) {
    String program = request.command().getFirst();
    return switch (errno) {
      case 2, 20 -> missing(request, searched, failure);
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
      LaunchRequest request, String searched, @Nullable Throwable failure) {
    String program = request.command().getFirst();
    var directory = badDirectory(request);
    if (directory.isPresent()) {
      return directory.get();
    }
    int blank = firstBlank(program);
    if (blank > 0 && request.command().size() == 1) {
      // What follows the blank are arguments, perhaps a password.
      return exception(
          Reason.COMMAND_NOT_FOUND,
          program.substring(0, blank) + " …",
          "there is no program whose name is this whole text, blanks included; give each word by"
              + " itself, command(\"sleep\", \"10\"), or have a shell split it, shell(\"sleep 10\")",
          failure);
    }
    if (program.indexOf('/') < 0) {
      return exception(
          Reason.COMMAND_NOT_FOUND, program, "there is no such command on " + searched, failure);
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

  private static int firstBlank(String program) {
    for (int i = 0; i < program.length(); i++) {
      if (Character.isWhitespace(program.charAt(i))) {
        return i;
      }
    }
    return -1;
  }

  /// Why the working directory of a request cannot be one, if so.
  public static Optional<LaunchException> badDirectory(LaunchRequest request) {
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

  /// Why the file that a request's standard input reads from cannot be opened, if so. A FIFO would
  /// hold up the start until somebody writes to it.
  public static Optional<LaunchException> badInput(LaunchRequest request) {
    return request
        .input()
        .flatMap(file -> {
          if (!Files.exists(file)) {
            return Optional.of(input(request, file, "does not exist; create it or name another"));
          }
          if (Files.isDirectory(file) || isFifoOrSocket(file)) {
            return Optional.of(
                input(request, file, "is neither a regular file nor a device; name another"));
          }
          return Files.isReadable(file)
              ? Optional.empty()
              : Optional.of(input(request, file, "cannot be read; check its permissions"));
        });
  }

  private static boolean isFifoOrSocket(Path file) {
    try {
      int type = (int) Files.getAttribute(file, "unix:mode") & FILE_TYPE;
      return type == FIFO || type == SOCKET;
    } catch (IOException | RuntimeException unknown) {
      return false;
    }
  }

  /// For a file of standard input.
  public static LaunchException input(LaunchRequest request, Path file, String what) {
    return exception(
        Reason.PREPARATION_FAILED,
        request.command().getFirst(),
        "its standard input '" + file + "' " + what,
        null);
  }

  /// For a reason of the launcher's own.
  public static LaunchException of(
      Reason reason, LaunchRequest request, String remedy, @Nullable Throwable cause) {
    return exception(reason, request.command().getFirst(), remedy, cause);
  }

  private static LaunchException exception(
      Reason reason, String program, String remedy, @Nullable Throwable cause) {
    return new LaunchException(reason, "cannot start '" + program + "': " + remedy, cause);
  }
}
