package dev.procman.core.launch;

import dev.procman.Signal;
import dev.procman.proc.ProcFs;
import dev.procman.proc.ProcessTree;
import dev.procman.spi.LaunchedProcess;
import dev.procman.spi.ProcessIdentity;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/// A child started by the JDK, on Linux.
final class PortableProcess implements LaunchedProcess {
  private final Process process;
  private final Stdin stdin;
  private final ProcessTree tree;
  private volatile Optional<ProcessIdentity> identity = Optional.empty();
  private volatile boolean held;

  PortableProcess(Process process, String mark, boolean ownSession) {
    this.process = process;
    this.stdin = new Stdin(process.getOutputStream());
    this.tree = new ProcessTree(process.pid(), mark, process::isAlive, Kill::send);
    if (ownSession) {
      tree.leadsSession();
    }
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public Optional<ProcessIdentity> identity() {
    if (identity.isEmpty()) {
      var found = ProcessIdentity.of(pid());
      // As long as it lives its pid is not another's.
      identity = process.isAlive() ? found : Optional.empty();
    }
    return identity;
  }

  @Override
  public boolean isAlive() {
    // The JDK takes its time to notice an end; a zombie has ended.
    return process.isAlive()
        && ProcFs.stat(pid()).map(stat -> !stat.isDead()).orElseGet(process::isAlive);
  }

  @Override
  public boolean signal(Signal signal) {
    if (!process.isAlive()) {
      return false;
    }
    // Not through Process.destroy(), which closes the pipes and loses the last words.
    return switch (signal) {
      case TERM -> process.toHandle().destroy() || sendByTable(signal);
      case KILL -> process.toHandle().destroyForcibly() || sendByTable(signal);
      default -> sendByTable(signal);
    };
  }

  /// Also where the JDK has no descriptor left to look whether it is still the same process.
  private boolean sendByTable(Signal signal) {
    return ProcFs.stat(pid()).map(stat -> Kill.send(signal, List.of(stat))).orElse(false);
  }

  @Override
  public void signalTree(Signal signal) {
    tree.signal(signal);
  }

  @Override
  public List<Long> tree() {
    return look().members().stream().map(ProcFs.Stat::pid).toList();
  }

  boolean hasPipeHolders() {
    return look().hasPipeHolders();
  }

  private ProcessTree look() {
    if (!process.isAlive()) {
      tree.rootEnded();
    }
    return tree;
  }

  @Override
  public void holdOutput(boolean held) {
    this.held = held;
  }

  /// Whether its output is left unread while it lives.
  boolean isHeldBack() {
    return held;
  }

  @Override
  public OutputStream stdin() {
    return stdin;
  }
}
