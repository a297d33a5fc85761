package dev.procman.core.launch;

import dev.procman.LaunchException;
import dev.procman.LaunchException.Reason;
import dev.procman.proc.LaunchErrors;
import dev.procman.spi.LaunchRequest;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Turns what the JDK says about a failed start into a reason and a remedy. The JDK puts the number
/// that the operating system gave (errno(3)) into the text, as `error=2, …` or `error: 2 (…)`.
final class JdkErrors {
  private static final Pattern NUMBER = Pattern.compile("error[=:] ?(\\d+)");

  private JdkErrors() {}

  static LaunchException of(LaunchRequest request, IOException failure) {
    String words = String.valueOf(failure.getMessage());
    if (words.contains("jspawnhelper") || words.contains("spawn helper")) {
      return LaunchErrors.of(
          Reason.SPAWN_HELPER_BROKEN,
          request,
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
    String searched = "the PATH of this JVM, " + System.getenv().getOrDefault("PATH", "(unset)");
    return LaunchErrors.of(request, errno, searched, words, failure);
  }

  static LaunchException exhausted(LaunchRequest request, OutOfMemoryError failure) {
    return LaunchErrors.of(
        Reason.RESOURCES_EXHAUSTED,
        request,
        "this JVM could not make a thread or buffer for it: " + failure.getMessage(),
        failure);
  }

  static LaunchException rejected(LaunchRequest request, RuntimeException failure) {
    return LaunchErrors.of(
        Reason.OTHER, request, "the JDK rejected it: " + failure.getMessage(), failure);
  }
}
