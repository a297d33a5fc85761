package dev.procman.proc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Children that a launch holds back between their birth and their program. They have the memory,
/// the program and the environment of the JVM that launches; when that is killed, they wait for
/// ever. They are told by their name, which any program may give itself, and by the memory, which
/// is a JVM's.
public final class HeldBack {
  /// What their names begin with. The slash keeps it from being the name of any program, which is
  /// the last part of its path.
  public static final String NAME = "procman/";

  private HeldBack() {}

  /// Those whose JVM is dead: while it lives, it is their parent. Only those of users that this JVM
  /// may look at.
  public static List<ProcFs.Stat> orphans() {
    return ProcFs.all().stream().filter(HeldBack::isOrphan).toList();
  }

  private static boolean isOrphan(ProcFs.Stat stat) {
    if (stat.isDead() || !isNamed(stat.pid())) {
      return false;
    }
    var program = program(stat.pid());
    // Its name again: with it, what was just read was not yet the program of its own.
    return program.isPresent()
        && isNamed(stat.pid())
        && !program.equals(program(stat.parent()))
        && isJvm(stat.pid())
        && ProcFs.isAlive(stat.pid(), stat.startTicks());
  }

  private static boolean isNamed(long pid) {
    return ProcFs.name(pid).filter(name -> name.startsWith(NAME)).isPresent();
  }

  private static boolean isJvm(long pid) {
    try (var maps = Files.lines(Path.of("/proc", Long.toString(pid), "maps"))) {
      return maps.anyMatch(line -> line.endsWith("/libjvm.so"));
    } catch (IOException | UncheckedIOException goneOrNotOurs) {
      return false;
    }
  }

  private static Optional<Path> program(long pid) {
    try {
      return Optional.of(Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "exe")));
    } catch (IOException goneOrNotOurs) {
      return Optional.empty();
    }
  }
}
