package dev.procman;

import java.time.Duration;

/// The standard input of the current generation. Where its specification gives it another input
/// than a pipe ([ProcessSpec#stdin()]), writing fails and closing does nothing. Thread-safe; each
/// write is passed on as a whole.
public interface ProcessInput {

  /// Writes UTF-8 text and flushes it, waiting at most 10 s for the child to take it.
  ///
  /// @throws ProcessInputException when the process is not running, has closed its input, ended
  ///   meanwhile, or did not take the bytes in time
  default void write(String text) {
    write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8), Duration.ofSeconds(10));
  }

  /// Writes bytes and flushes them, waiting at most `timeout` for the child to take them.
  ///
  /// @throws ProcessInputException as for [#write(String)]
  void write(byte[] bytes, Duration timeout);

  /// Closes the stream: the child reads end-of-file. Idempotent.
  void close();
}
