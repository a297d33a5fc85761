package dev.procman;

import java.util.Optional;

/// A POSIX signal that can be sent to a process. Numbers are those of Linux (signal(7)); they are
/// used to read exit statuses, never to send: signals are sent by name.
public enum Signal {
  /// Hang-up, by convention "reload".
  HUP(1),
  /// Interrupt from the keyboard.
  INT(2),
  /// Quit; a JVM prints its threads.
  QUIT(3),
  /// Illegal instruction.
  ILL(4),
  /// Trap.
  TRAP(5),
  /// Abort.
  ABRT(6),
  /// Bus error.
  BUS(7),
  /// Floating-point exception.
  FPE(8),
  /// Kill; cannot be caught.
  KILL(9),
  /// User-defined 1.
  USR1(10),
  /// Segmentation fault.
  SEGV(11),
  /// User-defined 2.
  USR2(12),
  /// Broken pipe.
  PIPE(13),
  /// Alarm clock.
  ALRM(14),
  /// Polite request to end.
  TERM(15),
  /// Continue if stopped.
  CONT(18),
  /// Stop; cannot be caught.
  STOP(19),
  /// CPU time limit exceeded.
  XCPU(24),
  /// File size limit exceeded.
  XFSZ(25),
  /// Window size changed.
  WINCH(28),
  /// Bad system call.
  SYS(31);

  private final int number;

  Signal(int number) {
    this.number = number;
  }

  /// The number of this signal on Linux.
  public int number() {
    return number;
  }

  /// The signal with that number, if it is one of those named here.
  public static Optional<Signal> ofNumber(int number) {
    for (Signal signal : values()) {
      if (signal.number == number) {
        return Optional.of(signal);
      }
    }
    return Optional.empty();
  }
}
