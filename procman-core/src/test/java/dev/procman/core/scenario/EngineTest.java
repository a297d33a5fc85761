package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.procman.ManagedProcess;
import dev.procman.OutputLine;
import dev.procman.ProcessManager;
import dev.procman.ProcessManagerBuilder;
import dev.procman.ProcessSpec;
import dev.procman.StdStream;
import dev.procman.core.supervisor.Supervisor;
import dev.procman.event.ProcessEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// A manager with a state directory of its own; afterwards none of its processes may be left, and
/// no supervisor may have met a fault of its own.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class EngineTest {
  protected static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir protected Path temp;
  protected ProcessManager manager;
  protected final List<ProcessEvent> events = new CopyOnWriteArrayList<>();

  private final Map<ProcessManager, AtomicLong> watched = new ConcurrentHashMap<>();
  private final ListAppender<ILoggingEvent> faults = new ListAppender<>();

  @BeforeEach
  void openManager() {
    faults.start();
    supervisorLog().setLevel(Level.ERROR);
    supervisorLog().addAppender(faults);
    manager = builder().build();
    watch(manager);
  }

  protected ProcessManagerBuilder builder() {
    return ProcessManager.builder()
        .name(getClass().getSimpleName())
        .stateDirectory(temp.resolve("state"));
  }

  protected void watch(ProcessManager another) {
    var last = new AtomicLong();
    watched.put(another, last);
    another
        .events()
        .subscribe(event -> {
          events.add(event);
          last.set(event.meta().sequence());
        });
  }

  /// Waits until what has happened so far is in [#events]: they come on a thread of their own.
  private void catchUp() {
    watched.forEach((another, last) -> {
      var latest = another.events().recent(1);
      if (!latest.isEmpty()) {
        long target = latest.getFirst().meta().sequence();
        await()
            .atMost(LIMIT)
            .pollDelay(Duration.ZERO)
            .pollInterval(Duration.ofMillis(1))
            .until(() -> last.get() >= target);
      }
    });
  }

  @AfterEach
  void closeManagerAndFindNothingLeft() {
    manager.close();
    supervisorLog().detachAppender(faults);
    assertThat(of(ProcessEvent.ProcessStarted.class))
        .extracting(ProcessEvent.ProcessStarted::pid)
        .noneMatch(EngineTest::isAlive);
    assertThat(faults.list).isEmpty();
  }

  private static Logger supervisorLog() {
    return (Logger) LoggerFactory.getLogger(Supervisor.class);
  }

  /// Whether a process is there and no zombie: an orphan may have a new parent that never reaps it.
  protected static boolean isAlive(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException gone) {
      return false;
    }
  }

  /// What was printed on standard output; on standard error a shell also tells of killed children.
  static List<String> said(List<OutputLine> lines) {
    return lines.stream()
        .filter(line -> line.stream() == StdStream.STDOUT)
        .map(OutputLine::text)
        .toList();
  }

  /// The pids that a script has printed as lines `pid N`.
  static List<Long> pidsPrinted(ManagedProcess process) {
    return process.output().lines().stream()
        .map(OutputLine::text)
        .filter(text -> text.startsWith("pid "))
        .map(text -> Long.valueOf(text.substring(4).strip()))
        .toList();
  }

  static List<Long> awaitPids(ManagedProcess process, int count) {
    return await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> pidsPrinted(process), pids -> pids.size() >= count);
  }

  static void awaitLine(ManagedProcess process, String text) {
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> process.output().lines().stream().anyMatch(line -> line.text().equals(text)));
  }

  /// Calls the same from many threads at once; returns the failures.
  static List<Exception> fromThreads(int count, Callable<?> task) throws InterruptedException {
    var failures = new CopyOnWriteArrayList<Exception>();
    var go = new CountDownLatch(1);
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < count; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  go.await();
                  task.call();
                } catch (Exception failed) {
                  failures.add(failed);
                }
              }));
    }
    go.countDown();
    for (var thread : threads) {
      assertThat(thread.join(LIMIT)).isTrue();
    }
    return failures;
  }

  /// Runs something that must not hang.
  static <T> T soon(Callable<T> task) throws Exception {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var answer = executor.submit(task);
      try {
        return answer.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      } finally {
        answer.cancel(true);
      }
    }
  }

  static long openDescriptors() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.count();
    }
  }

  protected static void kill(long pid) {
    assertThat(ProcessHandle.of(pid).map(ProcessHandle::destroyForcibly)).contains(true);
  }

  protected static ProcessSpec.Builder sh(String name, String script) {
    return ProcessSpec.named(name).shell(script);
  }

  protected <E extends ProcessEvent> List<E> of(Class<E> type) {
    catchUp();
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  protected <E extends ProcessEvent> List<E> of(Class<E> type, String process) {
    return of(type).stream().filter(event -> event.process().equals(process)).toList();
  }

  /// The names of the events of a process, without the `Process` before them.
  protected List<String> story(String process) {
    catchUp();
    return events.stream()
        .filter(event -> event.process().equals(process))
        .map(event -> event.getClass().getSimpleName().replaceFirst("^Process", ""))
        .toList();
  }

  protected <E extends ProcessEvent> E awaitEvent(Class<E> type, String process) {
    return awaitEvents(type, process, 1).getLast();
  }

  protected <E extends ProcessEvent> List<E> awaitEvents(Class<E> type, String process, int count) {
    return await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> of(type, process), found -> found.size() >= count);
  }
}
