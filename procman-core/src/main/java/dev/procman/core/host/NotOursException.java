package dev.procman.core.host;

import java.io.IOException;

/// A directory or file is not provably this user's alone. The message says why, as the end of a
/// sentence that begins with its name.
final class NotOursException extends IOException {
  private static final long serialVersionUID = 1L;

  NotOursException(String why) {
    super(why);
  }
}
