package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.ProcessManagerBuilder;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessState;
import dev.procman.Signal;
import dev.procman.StopSequence;
import dev.procman.core.launch.PortableLauncher;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.LaunchListener;
import dev.procman.spi.LaunchRequest;
import dev.procman.spi.LaunchedProcess;
import dev.procman.spi.ProcessIdentity;
import dev.procman.spi.ProcessLauncher;
import dev.procman.spi.RestartPolicy;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A process that survives KILL, as one does that hangs in the kernel. Real ones cannot be had at
/// will, so a launcher keeps the signals from a real child.
class StuckTest extends EngineTest {
  private static final StopSequence BRIEF = new StopSequence(List.of(), Duration.ofMillis(100));

  @Override
  protected ProcessManagerBuilder builder() {
    return super.builder().launcher(new Deafening());
  }

  @AfterEach
  void endWhatWasKeptAlive() {
    of(ProcessEvent.ProcessStarted.class).stream()
        .map(ProcessEvent.ProcessStarted::pid)
        .filter(EngineTest::isAlive)
        .forEach(EngineTest::kill);
  }

  @Test
  void aProcessThatSurvivesTheKillIsStuckAndNeverStartedBesideItself() throws Exception {
    var process =
        manager.start(
            ProcessSpecs.sleeper("stuck").stop(BRIEF).restart(RestartPolicy.always()).build());
    process.awaitReady(LIMIT);
    long pid = process.pid().orElseThrow();
    soon(() -> process.stop());
    assertThat(process.state()).isEqualTo(ProcessState.STUCK);
    assertThat(awaitEvent(ProcessEvent.ProcessStuck.class, "stuck").survivors())
        .containsExactly(pid);
    process.start();
    process.restart();
    assertThat(process.state()).isEqualTo(ProcessState.STUCK);
    assertThatThrownBy(() -> process.awaitReady(LIMIT))
        .isInstanceOf(ProcessNotReadyException.class)
        .hasMessageContaining("STUCK");

    kill(pid);
    awaitEvents(ProcessEvent.ProcessReady.class, "stuck", 2);
    assertThat(process.generation()).isEqualTo(2);
    kill(process.pid().orElseThrow());
    awaitEvents(ProcessEvent.ProcessReady.class, "stuck", 3);
    kill(process.pid().orElseThrow());
  }

  @Test
  void aStuckProcessThatDiesAtLastIsStopped() throws Exception {
    var process = manager.start(ProcessSpecs.sleeper("stuck").stop(BRIEF).build());
    process.awaitReady(LIMIT);
    soon(() -> process.stop());
    assertThat(process.state()).isEqualTo(ProcessState.STUCK);
    kill(process.pid().orElseThrow());
    process.awaitState(LIMIT, ProcessState.STOPPED);
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(story("stuck")).endsWith("Stuck", "Exited", "Stopped"));
  }

  @Test
  void closingTheManagerDoesNotWaitForAStuckProcessButSetsTheGuardOnIt() throws Exception {
    var process = manager.start(ProcessSpecs.sleeper("stuck").stop(BRIEF).build());
    process.awaitReady(LIMIT);
    long pid = process.pid().orElseThrow();
    soon(() -> {
      manager.close();
      return true;
    });
    assertThat(of(ProcessEvent.ProcessStuck.class, "stuck")).hasSize(1);
    await().atMost(LIMIT).until(() -> !isAlive(pid));
  }

  /// The portable launcher, whose processes hear no signal.
  private static final class Deafening implements ProcessLauncher {
    private final ProcessLauncher real = new PortableLauncher();

    @Override
    public String name() {
      return "deafening";
    }

    @Override
    public Set<Capability> capabilities() {
      return real.capabilities();
    }

    @Override
    public LaunchedProcess launch(LaunchRequest request, LaunchListener listener) {
      return new Deaf(real.launch(request, listener));
    }
  }

  private record Deaf(LaunchedProcess real) implements LaunchedProcess {
    @Override
    public long pid() {
      return real.pid();
    }

    @Override
    public Optional<ProcessIdentity> identity() {
      return real.identity();
    }

    @Override
    public boolean isAlive() {
      return real.isAlive();
    }

    @Override
    public boolean signal(Signal signal) {
      return false;
    }

    @Override
    public void signalTree(Signal signal) {}

    @Override
    public List<Long> tree() {
      return real.tree();
    }

    @Override
    public OutputStream stdin() {
      return real.stdin();
    }
  }
}
