package dev.procman.core.launch;

import dev.procman.LaunchException;
import dev.procman.core.Uninterruptibly;
import dev.procman.proc.LaunchErrors;
import dev.procman.proc.ProcFs;
import dev.procman.proc.Program;
import dev.procman.spi.LaunchRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// A command with programs before it that become it.
///
/// @param command what to start
/// @param ownSession whether it leads a session of its own once it is the program
/// @param wrappers the words before the command, as they are at first and after each execution;
///   empty when there are none
record Wrapped(List<String> command, boolean ownSession, List<List<String>> wrappers) {
  private static final long SHORTEST = TimeUnit.MICROSECONDS.toNanos(50);
  private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(1);

  /// A program that shows no words of its own is taken for begun after that.
  private static final long WORDLESS = TimeUnit.SECONDS.toNanos(2);

  /// The codes by which wrappers tell that they could not execute a program (env(1), setsid(1)).
  private static final List<Integer> NOT_EXECUTED = List.of(126, 127);

  private static final int LONGEST_COMPLAINT = 1024;

  /// What the C library says, in English, of errors whose number decides about the reason.
  private static final Map<String, Integer> NUMBERS =
      Map.of(
          "No such file or directory", 2,
          "Argument list too long", 7,
          "Exec format error", 8,
          "Resource temporarily unavailable", 11,
          "Cannot allocate memory", 12,
          "Permission denied", 13,
          "Not a directory", 20);

  boolean isWrapped() {
    return !wrappers.isEmpty();
  }

  /// Waits until the process has become the program. Its output is not taken.
  ///
  /// @throws LaunchException when it could not
  void awaitProgram(Process process, LaunchRequest request) {
    if (!isWrapped() || wrappers.stream().anyMatch(words -> begins(request.command(), words))) {
      return;
    }
    long begun = System.nanoTime();
    for (long pause = SHORTEST; !ended(process, pause); pause = Math.min(pause * 2, LONGEST)) {
      var words = ProcFs.commandLine(process.pid());
      boolean wordless = words.isEmpty() && System.nanoTime() - begun < WORDLESS;
      if (!wordless && wrappers.stream().noneMatch(wrapper -> begins(words, wrapper))) {
        return;
      }
    }
    if (NOT_EXECUTED.contains(process.exitValue())) {
      complaint(process, request)
          .ifPresent(words -> {
            throw LaunchErrors.of(
                request, number(words, request), Program.searched(request), words, null);
          });
    }
  }

  private static boolean ended(Process process, long nanos) {
    var ended = new AtomicBoolean();
    Uninterruptibly.await(() -> ended.set(process.waitFor(nanos, TimeUnit.NANOSECONDS)));
    return ended.get();
  }

  private static boolean begins(List<String> words, List<String> wrapper) {
    return words.size() > wrapper.size() && words.subList(0, wrapper.size()).equals(wrapper);
  }

  private static int number(String complaint, LaunchRequest request) {
    int obstacle = Program.obstacle(request);
    return obstacle != 0
        ? obstacle
        : NUMBERS.entrySet().stream()
            .filter(words -> complaint.contains(words.getKey()))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse(0);
  }

  /// What a wrapper complained of; empty when the program itself ended with such a code.
  private Optional<String> complaint(Process process, LaunchRequest request) {
    try {
      if (process.getInputStream().available() > 0) {
        return Optional.empty();
      }
      var err = process.getErrorStream();
      err.mark(LONGEST_COMPLAINT + 1);
      var bytes = err.readNBytes(Math.min(err.available(), LONGEST_COMPLAINT));
      err.reset();
      var text = new String(bytes, StandardCharsets.UTF_8);
      boolean one = text.lines().count() == 1;
      boolean named = text.contains(request.command().getFirst());
      return one && named && wrappers.stream().anyMatch(words -> speaks(text, words.getFirst()))
          ? Optional.of(text.strip())
          : Optional.empty();
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  private static boolean speaks(String text, String path) {
    return text.startsWith(path + ": ")
        || text.startsWith(path.substring(path.lastIndexOf('/') + 1) + ": ");
  }
}
