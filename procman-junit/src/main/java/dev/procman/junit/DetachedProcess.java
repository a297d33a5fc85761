package dev.procman.junit;

import dev.procman.ExitStatus;
import dev.procman.Signal;
import dev.procman.StdStream;
import dev.procman.spi.LaunchListener;
import dev.procman.spi.LaunchedProcess;
import dev.procman.spi.ProcessIdentity;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A process that is nobody's child, while this JVM has it. To end its tree means to let go of it:
/// for the engine it has ended then.
final class DetachedProcess implements LaunchedProcess {
  private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(20);

  private final KeptProcess process;
  private final Path output;
  private final LaunchListener listener;
  private volatile boolean released;
  private volatile boolean over;

  DetachedProcess(KeptProcess process, Path output, LaunchListener listener) {
    this.process = process;
    this.output = output;
    this.listener = listener;
  }

  void begin(String name) {
    Thread.ofVirtual().name("procman-kept-" + name).start(this::watch);
  }

  private void watch() {
    try (var channel = FileChannel.open(output)) {
      var buffer = ByteBuffer.allocate(8192);
      boolean last = false;
      while (!last) {
        // Asked before the look, so that what it said at its end is seen.
        last = released || !process.isAlive();
        while (channel.read(buffer) > 0) {
          listener.onOutput(StdStream.STDOUT, buffer.flip());
          buffer.clear();
        }
        if (!last) {
          LockSupport.parkNanos(LOOK);
        }
      }
    } catch (IOException unreadable) {
      say("its output cannot be read: " + unreadable);
    }
    if (!released) {
      say("it ended; with what code is not known, since it is not a child of this JVM");
    }
    over = true;
    listener.onExit(new ExitStatus.Exited(released ? 0 : 255));
    listener.onDrained(false);
  }

  private void say(String words) {
    listener.onOutput(
        StdStream.STDERR, ByteBuffer.wrap((words + "\n").getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public Optional<ProcessIdentity> identity() {
    // Nobody reaps it for this JVM, so its number may be another's once it has ended.
    return ProcessIdentity.of(process.pid()).filter(_ -> process.isAlive());
  }

  @Override
  public boolean isAlive() {
    return !over && process.isAlive();
  }

  @Override
  public boolean signal(Signal signal) {
    var handle = ProcessHandle.of(process.pid());
    if (!isAlive() || handle.isEmpty()) {
      return false;
    }
    return signal == Signal.KILL ? handle.get().destroyForcibly() : handle.get().destroy();
  }

  @Override
  public void signalTree(Signal signal) {
    released = true;
  }

  @Override
  public List<Long> tree() {
    return released || over ? List.of() : process.tree().map(ProcessHandle::pid).toList();
  }

  @Override
  public OutputStream stdin() {
    return OutputStream.nullOutputStream();
  }
}
