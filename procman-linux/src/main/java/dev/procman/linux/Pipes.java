package dev.procman.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/// The three pipes of a child that is being started, or two and a file to read from. This side's
/// ends do not block.
final class Pipes implements Streams {
  private static final int COUNT = 3;

  private final Libc libc;
  private final MemorySegment two;
  private final Optional<MemorySegment> input;
  private final int[] parent = {NONE, NONE, NONE};
  private final int[] child = {NONE, NONE, NONE};

  /// @param input the file that the child reads from; a pipe when empty
  Pipes(Libc libc, Arena arena, Optional<Path> input) {
    this.libc = libc;
    this.input = input.map(file -> NativeStrings.text(arena, file.toString()));
    this.two = arena.allocate(JAVA_INT, 2);
  }

  @Override
  public int open() {
    for (int stream = 0; stream < COUNT; stream++) {
      int error = open(stream);
      if (error < 0) {
        close();
        return error;
      }
    }
    return 0;
  }

  private int open(int stream) {
    if (stream == 0 && input.isPresent()) {
      child[stream] = libc.open(input.get(), Flags.O_RDONLY | Flags.O_NOCTTY | Flags.CLOEXEC);
      return child[stream] < 0 ? child[stream] : away(child, stream);
    }
    int error = libc.pipe(two, Flags.CLOEXEC);
    if (error < 0) {
      return error;
    }
    boolean reads = stream == 0;
    child[stream] = two.getAtIndex(JAVA_INT, reads ? 0 : 1);
    parent[stream] = two.getAtIndex(JAVA_INT, reads ? 1 : 0);
    error = away(child, stream);
    error = error < 0 ? error : away(parent, stream);
    return error < 0 ? error : libc.fcntl(parent[stream], Flags.F_SETFL, Flags.NONBLOCK);
  }

  /// A JVM without standard streams of its own is given their numbers. In the child one would be
  /// overwritten before it is copied, and here whoever prints would print into it.
  private int away(int[] side, int stream) {
    if (side[stream] >= COUNT) {
      return 0;
    }
    int moved = libc.fcntl(side[stream], Flags.F_DUPFD_CLOEXEC, COUNT);
    if (moved >= 0) {
      libc.close(side[stream]);
      side[stream] = moved;
    }
    return moved;
  }

  @Override
  public int connect(MemorySegment actions) {
    int error = 0;
    for (int stream = 0; stream < COUNT && error == 0; stream++) {
      error = Libc.actionsDup2(actions, child[stream], stream);
    }
    return error;
  }

  @Override
  public Parent keepParent() {
    var kept = new Parent(parent[0], parent[1], parent[2], false);
    Arrays.fill(parent, NONE);
    return kept;
  }

  @Override
  public void close() {
    for (int[] side : new int[][] {child, parent}) {
      for (int stream = 0; stream < COUNT; stream++) {
        if (side[stream] >= 0) {
          libc.close(side[stream]);
          side[stream] = NONE;
        }
      }
    }
  }
}
