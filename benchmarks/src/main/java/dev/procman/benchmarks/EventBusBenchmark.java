package dev.procman.benchmarks;

import dev.procman.OutputLine;
import dev.procman.StdStream;
import dev.procman.core.event.EventBus;
import dev.procman.event.EventMeta;
import dev.procman.event.ProcessEvent;
import dev.procman.event.SubscribeOptions;
import dev.procman.spi.ProcmanClock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Events from one publisher to one subscriber, in bursts. A burst fits every contestant's buffer,
/// so that none is dropped and no publisher waits. All contestants make the same event with the
/// same meta data, two looks at a clock included.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EventBusBenchmark {
  private static final int BURST = 20_000;
  private static final int BUFFER = 1 << 15;
  private static final String DELIVERED = "events to one subscriber";
  private static final String PUBLISHED = "publishing an event";
  private static final String STATE = "procman, state events";
  private static final String DROPPABLE = "procman, droppable events";
  private static final Map<String, String> LABELS = Map.of();
  private static final OutputLine LINE =
      new OutputLine(1, 1, StdStream.STDOUT, Instant.EPOCH, "a line", false);

  /// Who takes the events.
  public enum Kind {
    /// procman's bus, with events that are never dropped.
    STATE,
    /// procman's bus, with events that may be.
    DROPPABLE,
    /// The JDK's publisher, which waits when the buffer is full.
    SUBMIT,
    /// The JDK's publisher, which drops when the buffer is full.
    OFFER
  }

  /// Who takes the events.
  @Param("STATE")
  public Kind kind;

  private final ProcmanClock clock = ProcmanClock.system();
  private final AtomicLong received = new AtomicLong();
  private final EventBus bus = new EventBus("benchmark", clock);
  private final SubmissionPublisher<ProcessEvent> publisher =
      new SubmissionPublisher<>(Executors.newVirtualThreadPerTaskExecutor(), BUFFER);
  private long sent;
  private Runnable publish = () -> {};

  static dev.procman.benchmarks.Benchmark benchmark() {
    var delivered = new Samples.Case(DELIVERED, Unit.MILLION_PER_SECOND);
    var published = new Samples.Case(PUBLISHED, Unit.NANOS);
    var contestants =
        Map.of(
            Kind.SUBMIT,
            "SubmissionPublisher.submit",
            Kind.OFFER,
            "SubmissionPublisher.offer",
            Kind.STATE,
            STATE,
            Kind.DROPPABLE,
            DROPPABLE);
    var order = List.of(Kind.SUBMIT, Kind.OFFER, Kind.STATE, Kind.DROPPABLE);
    var entries = new java.util.ArrayList<JmhRounds.Entry>();
    for (var kind : order) {
      var parameters = Map.of("kind", kind.name());
      var name = contestants.get(kind);
      entries.add(
          new JmhRounds.Entry(
              delivered, name, EventBusBenchmark.class, "deliver", parameters, ns -> 1e3 / ns));
    }
    for (var kind : order) {
      var parameters = Map.of("kind", kind.name());
      var name = contestants.get(kind);
      entries.add(
          new JmhRounds.Entry(
              published, name, EventBusBenchmark.class, "publish", parameters, ns -> ns));
    }
    return new JmhRounds(
        "events",
        "Events from one publisher to one subscriber",
        List.of(
            Target.atLeast(3, DELIVERED, STATE),
            Target.atLeast(3, DELIVERED, DROPPABLE),
            Target.atMost(300, PUBLISHED, STATE),
            Target.atMost(300, PUBLISHED, DROPPABLE)),
        entries);
  }

  /// Subscribes.
  @Setup
  public void subscribe() {
    switch (kind) {
      case STATE -> publish = () -> bus.publish("child", 1, LABELS, "because", null, started());
      case DROPPABLE -> publish = () -> bus.publish("child", 1, LABELS, "because", null, printed());
      case SUBMIT -> publish = () -> publisher.submit(event());
      case OFFER -> publish = () -> publisher.offer(event(), (_, _) -> false);
    }
    bus.subscribe(
        SubscribeOptions.ofDefaults().buffer(BUFFER, SubscribeOptions.Overflow.DROP_OLDEST),
        _ -> received.lazySet(received.getPlain() + 1));
    publisher.subscribe(new Counter(received));
  }

  private static java.util.function.Function<EventMeta, ProcessEvent> started() {
    return meta -> new ProcessEvent.ProcessStarted(meta, 1);
  }

  private static java.util.function.Function<EventMeta, ProcessEvent> printed() {
    return meta -> new ProcessEvent.ProcessOutputLine(meta, LINE);
  }

  private ProcessEvent event() {
    var meta =
        new EventMeta("child", 1, sent, clock.instant(), clock.nanoTime(), LABELS, "because");
    return new ProcessEvent.ProcessStarted(meta, 1);
  }

  /// Ends it.
  @TearDown
  public void close() {
    bus.close();
    publisher.close();
  }

  /// Lets the subscriber take what is left of the burst before.
  @Setup(Level.Invocation)
  public void awaitReceived() {
    while (received.get() < sent) {
      Thread.onSpinWait();
    }
  }

  /// A burst, timed until all of it was received.
  @org.openjdk.jmh.annotations.Benchmark
  @OperationsPerInvocation(BURST)
  public void deliver() {
    publish();
    awaitReceived();
  }

  /// A burst, timed until all of it was handed over.
  @org.openjdk.jmh.annotations.Benchmark
  @OperationsPerInvocation(BURST)
  public void publish() {
    for (int i = 0; i < BURST; i++) {
      publish.run();
      sent++;
    }
  }

  /// Counts what it gets.
  private static final class Counter implements Flow.Subscriber<ProcessEvent> {
    private final AtomicLong received;
    private Flow.@Nullable Subscription subscription;

    Counter(AtomicLong received) {
      this.received = received;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ProcessEvent event) {
      received.lazySet(received.getPlain() + 1);
    }

    @Override
    public void onError(Throwable thrown) {
      throw new IllegalStateException(thrown);
    }

    @Override
    public void onComplete() {}
  }
}
