package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.ProcessManager;
import dev.procman.ProcessManagerBuilder;
import dev.procman.ProcessSpec;
import dev.procman.event.ProcessEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A manager with a state directory of its own; afterwards none of its processes may be left.
abstract class EngineTest {
  static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path temp;
  ProcessManager manager;
  final List<ProcessEvent> events = new CopyOnWriteArrayList<>();

  @BeforeEach
  void openManager() {
    manager = builder().build();
    watch(manager);
  }

  ProcessManagerBuilder builder() {
    return ProcessManager.builder()
        .name(getClass().getSimpleName())
        .stateDirectory(temp.resolve("state"));
  }

  void watch(ProcessManager watched) {
    watched.events().subscribe(events::add);
  }

  @AfterEach
  void closeManagerAndFindNothingLeft() {
    manager.close();
    assertThat(of(ProcessEvent.ProcessStarted.class))
        .extracting(ProcessEvent.ProcessStarted::pid)
        .noneMatch(EngineTest::isAlive);
  }

  static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
  }

  static void kill(long pid) {
    assertThat(ProcessHandle.of(pid).map(ProcessHandle::destroyForcibly)).contains(true);
  }

  static ProcessSpec.Builder sh(String name, String script) {
    return ProcessSpec.named(name).shell(script);
  }

  <E extends ProcessEvent> List<E> of(Class<E> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  <E extends ProcessEvent> List<E> of(Class<E> type, String process) {
    return of(type).stream().filter(event -> event.process().equals(process)).toList();
  }

  /// The names of the events of a process, without the `Process` before them.
  List<String> story(String process) {
    return events.stream()
        .filter(event -> event.process().equals(process))
        .map(event -> event.getClass().getSimpleName().replaceFirst("^Process", ""))
        .toList();
  }

  <E extends ProcessEvent> E awaitEvent(Class<E> type, String process) {
    return awaitEvents(type, process, 1).getLast();
  }

  <E extends ProcessEvent> List<E> awaitEvents(Class<E> type, String process, int count) {
    return await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> of(type, process), found -> found.size() >= count);
  }
}
