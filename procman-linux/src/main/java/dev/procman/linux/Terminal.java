package dev.procman.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.procman.TerminalSize;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A pseudo-terminal (pty(7)) as all three standard streams. Without echo, so that what is written
/// to the child does not come back as its output, and with plain line feeds. The child's own
/// session takes it as its controlling terminal when it opens it.
final class Terminal implements Streams {
  private static final int NAME_SIZE = 128;

  // struct termios of the kernel: input, output, control and local modes, then the characters.
  private static final long TERMIOS_SIZE = 64;
  private static final long OUTPUT_MODES = 4;
  private static final long LOCAL_MODES = 12;
  private static final int ONLCR = 4;
  private static final int ECHO = 8;

  private final Libc libc;
  private final Arena arena;
  private final TerminalSize size;
  private final MemorySegment name;
  private int output = NONE;
  private int input = NONE;

  Terminal(Libc libc, Arena arena, TerminalSize size) {
    this.libc = libc;
    this.arena = arena;
    this.size = size;
    this.name = arena.allocate(NAME_SIZE);
  }

  @Override
  public int open() {
    int error = openBoth();
    if (error < 0) {
      close();
    }
    return error;
  }

  private int openBoth() {
    output = libc.openTerminal(Flags.O_RDWR | Flags.O_NOCTTY | Flags.CLOEXEC);
    if (output < 0) {
      return output;
    }
    int error = libc.grantTerminal(output);
    error = error < 0 ? error : libc.unlockTerminal(output);
    error = error < 0 ? error : -Libc.terminalName(output, name);
    error = error < 0 ? error : setModes();
    error = error < 0 ? error : setSize();
    error = error < 0 ? error : libc.fcntl(output, Flags.F_SETFL, Flags.NONBLOCK);
    if (error < 0) {
      return error;
    }
    // Two descriptors, so that each side can be closed by itself.
    input = libc.fcntl(output, Flags.F_DUPFD_CLOEXEC, 3);
    return Math.min(input, 0);
  }

  private int setModes() {
    var modes = arena.allocate(TERMIOS_SIZE, 8);
    int error = libc.ioctl(output, Flags.TCGETS, modes);
    modes.set(JAVA_INT, OUTPUT_MODES, modes.get(JAVA_INT, OUTPUT_MODES) & ~ONLCR);
    modes.set(JAVA_INT, LOCAL_MODES, modes.get(JAVA_INT, LOCAL_MODES) & ~ECHO);
    return error < 0 ? error : libc.ioctl(output, Flags.TCSETS, modes);
  }

  private int setSize() {
    var window = arena.allocate(JAVA_SHORT, 4);
    window.setAtIndex(JAVA_SHORT, 0, (short) size.rows());
    window.setAtIndex(JAVA_SHORT, 1, (short) size.columns());
    return libc.ioctl(output, Flags.TIOCSWINSZ, window);
  }

  @Override
  public int connect(MemorySegment actions) {
    int error = Libc.actionsOpen(actions, 0, name, Flags.O_RDWR);
    error = error != 0 ? error : Libc.actionsDup2(actions, 0, 1);
    return error != 0 ? error : Libc.actionsDup2(actions, 0, 2);
  }

  @Override
  public Parent keepParent() {
    var kept = new Parent(input, output, NONE, true);
    input = NONE;
    output = NONE;
    return kept;
  }

  @Override
  public void close() {
    for (int descriptor : new int[] {input, output}) {
      if (descriptor >= 0) {
        libc.close(descriptor);
      }
    }
    input = NONE;
    output = NONE;
  }
}
