package dev.procman.core.supervisor;

import dev.procman.ExitStatus;
import dev.procman.StdStream;
import dev.procman.core.lifecycle.Input;
import dev.procman.core.output.OutputLog;
import dev.procman.spi.LaunchListener;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Takes what a launcher tells of one generation to its output log and its supervisor. A process
/// may end before its launch has returned: what follows from that is held back until the launch is
/// known.
final class GenerationListener implements LaunchListener {
  private final long generation;
  private final OutputLog output;
  private final Consumer<Input> supervisor;
  private final Runnable news;
  private List<Input> heldBack = new ArrayList<>(2);
  private boolean known;
  private volatile boolean over;

  /// @param news run when the process told something new of itself
  GenerationListener(long generation, OutputLog output, Consumer<Input> supervisor, Runnable news) {
    this.generation = generation;
    this.output = output;
    this.supervisor = supervisor;
    this.news = news;
  }

  /// The launch was announced to the supervisor; what was held back follows.
  synchronized void launchIsKnown() {
    known = true;
    heldBack.forEach(supervisor);
    heldBack = List.of();
  }

  /// What comes later belongs to no report any more.
  void endOfGeneration() {
    over = true;
  }

  private synchronized void tell(Input input) {
    if (known) {
      supervisor.accept(input);
    } else {
      heldBack.add(input);
    }
  }

  @Override
  public void onOutput(StdStream stream, ByteBuffer bytes) {
    if (!over) {
      output.append(stream, bytes);
    }
  }

  @Override
  public void onServiceState() {
    news.run();
  }

  @Override
  public void onExit(ExitStatus status) {
    tell(new Input.Exited(generation, status));
  }

  @Override
  public void onDrained(boolean truncated) {
    if (!over) {
      output.end();
    }
    tell(new Input.Drained(generation, truncated));
  }
}
