package dev.procman.core.scenario;

import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.Signal;
import dev.procman.spi.LaunchListener;
import dev.procman.spi.LaunchRequest;
import dev.procman.spi.LaunchedProcess;
import dev.procman.spi.ProcessIdentity;
import dev.procman.spi.ProcessLauncher;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/// A host whose process runs on another machine, under a pid that on this one is a stranger's.
final class RemoteHost {
  private RemoteHost() {}

  /// @param capabilities what it declares
  /// @param signalled told of each signal
  record Remote(long stranger, Set<Capability> capabilities, List<String> signalled)
      implements ProcessLauncher {
    @Override
    public String name() {
      return "remote";
    }

    @Override
    public LaunchedProcess launch(LaunchRequest request, LaunchListener listener) {
      return new Elsewhere(stranger, signalled);
    }
  }

  /// Says of itself what its launcher does not declare.
  private record Elsewhere(long pid, List<String> signalled) implements LaunchedProcess {
    @Override
    public Optional<ProcessIdentity> identity() {
      return ProcessIdentity.of(pid);
    }

    @Override
    public boolean isAlive() {
      return true;
    }

    @Override
    public boolean signal(Signal signal) {
      signalled.add("process " + signal);
      return true;
    }

    @Override
    public void signalTree(Signal signal) {
      signalled.add("tree " + signal);
    }

    @Override
    public List<Long> tree() {
      return List.of(pid);
    }

    @Override
    public OutputStream stdin() {
      return OutputStream.nullOutputStream();
    }
  }

  public static void main(String[] args) throws Exception {
    var manager =
        ProcessManager.builder()
            .stateDirectory(Path.of(args[0]))
            .launcher(new Remote(Long.parseLong(args[1]), Set.of(), new CopyOnWriteArrayList<>()))
            .build();
    var process = manager.start(ProcessSpec.named("remote").command("anything").build());
    process.awaitReady(Duration.ofSeconds(20));
    System.out.println("up");
    new CountDownLatch(1).await();
  }
}
