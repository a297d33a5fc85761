package dev.procman.core.supervisor;

import dev.procman.ManagedProcess;
import dev.procman.Probe;
import dev.procman.ProcessId;
import dev.procman.ServiceState;
import dev.procman.core.MaskedException;
import dev.procman.spi.CommandResult;
import dev.procman.spi.HealthContext;
import dev.procman.spi.LaunchedProcess;
import dev.procman.spi.ProcessIdentity;
import dev.procman.spi.ResourceSampler;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one probe of one generation lends to its check. Thread-safe.
final class ProbeContext implements HealthContext, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ProbeContext.class);

  /// The generation that is probed.
  ///
  /// @param process the handle
  /// @param generation which generation
  /// @param context what the manager lends
  /// @param spawnedAt monotonic time of the spawn
  record Subject(
      ManagedProcess process, Generation generation, SupervisorContext context, long spawnedAt) {}

  private final Subject subject;
  private final Probe probe;
  private final Runnable checkAgain;
  private final IdentityHashMap<Object, Object> memories = new IdentityHashMap<>();
  private final AtomicBoolean awaitsNews = new AtomicBoolean();
  private boolean closed;

  ProbeContext(Subject subject, Probe probe, Runnable checkAgain) {
    this.subject = subject;
    this.probe = probe;
    this.checkAgain = checkAgain;
  }

  @Override
  public ManagedProcess process() {
    return subject.process();
  }

  @Override
  public ProcessId id() {
    return subject.generation().id;
  }

  @Override
  public long pid() {
    return subject.generation().process().map(LaunchedProcess::pid).orElse(-1L);
  }

  @Override
  public Optional<ProcessIdentity> identity() {
    return subject.generation().process().flatMap(LaunchedProcess::identity);
  }

  @Override
  public Instant startedAt() {
    return subject.generation().spawnedAt();
  }

  @Override
  public Duration uptime() {
    return Duration.ofNanos(subject.context().clock().nanoTime() - subject.spawnedAt());
  }

  @Override
  public List<Long> tree() {
    return subject.generation().process().map(LaunchedProcess::tree).orElse(List.of());
  }

  @Override
  public Path directory() {
    return subject.generation().directory();
  }

  @Override
  public String fill(String template) {
    return subject.generation().fill("probe", template);
  }

  @Override
  public Duration timeout() {
    return probe.timeout();
  }

  @Override
  public Optional<ResourceSampler> sampler() {
    return subject.context().sampler();
  }

  @Override
  public CommandResult run(List<String> command) throws InterruptedException {
    return AuxCommand.run(
        subject.context().launcher(), subject.generation().beside("probe", command));
  }

  @Override
  @SuppressWarnings("unchecked") // whoever owns a memory knows its type
  public <T> T memory(Object owner, Supplier<T> first) {
    synchronized (memories) {
      if (closed) {
        throw new CancellationException("the probe has ended");
      }
      T known = (T) memories.get(owner);
      if (known == null) {
        known = first.get();
        memories.put(owner, known);
      }
      return known;
    }
  }

  @Override
  public Optional<ServiceState> serviceState() {
    // Before the look, so that what is told after it is not missed.
    if (awaitsNews.compareAndSet(false, true)) {
      subject.generation().onNews(checkAgain);
    }
    return subject.generation().serviceState();
  }

  @Override
  public void checkAgain() {
    checkAgain.run();
  }

  /// Forgets, on a thread of its own, since what is closed is the host's.
  @Override
  public void close() {
    List<Object> forgotten;
    synchronized (memories) {
      closed = true;
      forgotten = List.copyOf(memories.values());
      memories.clear();
    }
    if (forgotten.stream().anyMatch(AutoCloseable.class::isInstance)) {
      Thread.ofVirtual().name("procman-probe-end").start(() -> forgotten.forEach(this::close));
    }
  }

  private void close(Object memory) {
    if (memory instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception failed) {
        log.atWarn()
            .addKeyValue("process.name", id().name())
            .setCause(MaskedException.of(failed, subject.generation().secrets()::mask))
            .log("what a health check remembered could not be closed");
      }
    }
  }
}
