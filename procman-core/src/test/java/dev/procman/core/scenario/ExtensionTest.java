package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessState;
import dev.procman.spi.ProcessExtension;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/// What accompanies a process from its registration to its removal.
class ExtensionTest extends EngineTest {
  private static final List<String> STORY = new CopyOnWriteArrayList<>();

  /// Two of the same name are equal.
  private record Companion(String name) implements ProcessExtension {
    @Override
    public AutoCloseable attach(ManagedProcess process, ProcessManager manager) {
      STORY.add(name + " joins " + manager.get(process.name()).name());
      return () -> STORY.add(name + " leaves");
    }
  }

  private static void awaitStory(String... lines) {
    await().atMost(LIMIT).until(() -> STORY.equals(List.of(lines)));
  }

  @Test
  void anExtensionLivesFromRegistrationToRemovalAndIsReplacedOnlyWhenItChanges() {
    STORY.clear();
    var spec = ProcessSpecs.sleeper("web").with(new Companion("one")).build();
    var web = manager.register(spec);
    awaitStory("one joins web");
    web.update(spec.toBuilder().label("a", "b").with(new Companion("two")).build());
    awaitStory("one joins web", "two joins web");
    web.update(ProcessSpecs.sleeper("web").with(new Companion("two")).build());
    awaitStory("one joins web", "two joins web", "one leaves");
    web.remove();
    awaitStory("one joins web", "two joins web", "one leaves", "two leaves");
  }

  @Test
  void anExtensionThatCannotBeginHarmsNobody() throws Exception {
    var web =
        manager.start(
            ProcessSpecs.sleeper("web")
                .with((_, _) -> {
                  throw new IllegalStateException("not today");
                })
                .build());
    web.awaitReady(LIMIT);
  }

  @Test
  void aRestartByItselfRevivesWhatEndedByItselfAndNotWhatWasStopped() throws Exception {
    var job = manager.start(sh("job", "exit 3").build());
    job.awaitState(LIMIT, ProcessState.FAILED);
    job.restartIfWanted("a file changed");
    await().atMost(LIMIT).until(() -> job.generation() == 2);
    job.awaitState(LIMIT, ProcessState.FAILED);

    var web = manager.start(ProcessSpecs.sleeper("web").build());
    web.awaitReady(LIMIT);
    web.restartIfWanted("a file changed");
    await().atMost(LIMIT).until(() -> web.generation() == 2 && web.state() == ProcessState.RUNNING);
    assertThat(web.restarts()).isZero();
    web.stop();
    web.restartIfWanted("a file changed");
    assertThat(web.state()).isEqualTo(ProcessState.STOPPED);
    assertThat(web.generation()).isEqualTo(2);
  }
}
