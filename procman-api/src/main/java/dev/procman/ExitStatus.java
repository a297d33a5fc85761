package dev.procman;

/// How an operating-system process ended.
public sealed interface ExitStatus {

  /// Ended by itself.
  ///
  /// @param code the exit code, 0 to 255
  record Exited(int code) implements ExitStatus {}

  /// Ended by a signal.
  ///
  /// @param number the signal's number
  record Signaled(int number) implements ExitStatus {}

  /// The status that a shell or the JDK reports as one number: above 128 it means signal `n - 128`.
  /// A program that itself exits with such a code cannot be told from a killed one by a launcher
  /// that knows only the number.
  static ExitStatus ofShellCode(int code) {
    return code > 128 && code <= 128 + 64 && Signal.ofNumber(code - 128).isPresent()
        ? new Signaled(code - 128)
        : new Exited(code);
  }

  /// The number a shell would show: the exit code, or 128 plus the signal's number.
  default int shellCode() {
    return switch (this) {
      case Exited e -> e.code();
      case Signaled s -> 128 + s.number();
    };
  }

  /// For people: `exit code 3` or `signal KILL (9)`.
  default String describe() {
    return switch (this) {
      case Exited e -> "exit code " + e.code();
      case Signaled s ->
          "signal "
              + Signal.ofNumber(s.number()).map(Signal::name).orElse("?")
              + " ("
              + s.number()
              + ")";
    };
  }
}
