package dev.procman.core.output;

import dev.procman.OutputLine;
import dev.procman.OutputSettings;
import dev.procman.ProcessOutput;
import dev.procman.StdStream;
import dev.procman.core.BargingLock;
import dev.procman.core.MaskedException;
import dev.procman.spi.ProcmanClock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The output of one managed process over all its generations.
///
/// Two locks. `writing` makes the launcher's calls one at a time and guards the decoders; nobody
/// else waits for it but [#close()]. `ring` guards the retained lines and the list of readers, and
/// is held for moments: lines are decoded before it is taken, and each chunk of bytes takes it
/// once. Attaching a follower copies the retained lines and joins the list under that lock, which
/// is why it sees neither gap nor duplicate.
///
/// Memory is bounded by the numbers of lines, not by bytes: at worst
/// [OutputSettings#retainedLines()] lines, and the queue of each slow reader, of the longest
/// permitted length; beside them, the rest of the chunk that the oldest of these lines came in.
public final class OutputLog implements ProcessOutput {
  private static final Logger LOG = LoggerFactory.getLogger(OutputLog.class);
  private static final int FOLLOWER_QUEUE = 8192;
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final byte[] NOTHING = {};
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1);

  private final String process;
  private final ProcmanClock clock;
  private final Mask mask;
  private final Consumer<OutputLine> onLine;
  private final FailureReporter hookFailures;

  private final BargingLock writing = new BargingLock();
  private OutputSettings decoding;
  private LineDecoder stdout;
  private LineDecoder stderr;
  private long generation;
  private long nextSequence = 1;
  private int expectedLines;

  private final BargingLock ring = new BargingLock();
  private final LineRing lines;
  private final List<LineFollower> followers = new ArrayList<>();
  private final Congestion congestion = new Congestion();
  private final SinkSet sinks;
  private long lineCount;
  private long byteCount;
  private boolean closed;

  /// Everyone whose thread may still run, also after it left `followers`.
  private final Set<LineFollower> running = ConcurrentHashMap.newKeySet();

  private volatile OutputSettings settings;

  /// @param process the process's name
  /// @param settings what happens to the output
  /// @param clock dates lines and spaces reports
  /// @param onLine called with each line on the launcher's thread while `settings.events()`; must
  ///   return quickly
  /// @param onSinkFailure told of lines that sinks lost
  public OutputLog(
      String process,
      OutputSettings settings,
      ProcmanClock clock,
      Consumer<OutputLine> onLine,
      SinkFailureListener onSinkFailure) {
    this(process, settings, clock, Mask.NONE, onLine, onSinkFailure);
  }

  /// @param mask hides secrets in what is shown of it
  /// @throws dev.procman.InvalidSpecException when another process writes one of the files by other
  ///   settings
  public OutputLog(
      String process,
      OutputSettings settings,
      ProcmanClock clock,
      Mask mask,
      Consumer<OutputLine> onLine,
      SinkFailureListener onSinkFailure) {
    this.process = process;
    this.settings = settings;
    this.clock = clock;
    this.mask = mask;
    this.onLine = onLine;
    this.hookFailures = new FailureReporter(clock, () -> {}, this::warnOfHook);
    this.decoding = settings;
    this.stdout = LineDecoder.of(settings);
    this.stderr = LineDecoder.of(settings);
    this.lines = new LineRing(settings.retainedLines());
    this.sinks = new SinkSet(process, clock, mask, onSinkFailure, congestion, running::add);
    sinks.become(settings);
  }

  /// A new generation begins; what the last one left unterminated becomes a line of its own.
  public void begin(long newGeneration) {
    writing.lock();
    try {
      endLines();
      generation = newGeneration;
    } finally {
      writing.unlock();
    }
  }

  /// Has the present child's output held back while a reader is a whole queue behind, where the
  /// settings say so.
  ///
  /// @param child is told whether to hold its output; must return at once
  public void holdBack(Consumer<Boolean> child) {
    congestion.tell(child);
  }

  /// Takes bytes that the child printed and consumes the buffer. Never waits for a reader.
  public void append(StdStream stream, ByteBuffer bytes) {
    writing.lock();
    try {
      takeOver();
      while (bytes.hasRemaining()) {
        var chunk = new byte[Math.min(bytes.remaining(), CHUNK_BYTES)];
        bytes.get(chunk);
        var batch = newBatch(stream, chunk);
        decoder(stream).decode(chunk, 0, chunk.length, batch);
        publish(batch, chunk.length);
      }
    } finally {
      writing.unlock();
    }
  }

  /// The generation's output is over: what it left unterminated becomes a line.
  public void end() {
    writing.lock();
    try {
      endLines();
    } finally {
      writing.unlock();
    }
  }

  /// Takes over other settings in place. The ring shrinks at once; sinks and files found in both
  /// settings go on, new ones start with the next line, others write what they have and are closed.
  /// A change of the character set or of the line limit ends the line under way.
  ///
  /// @throws dev.procman.InvalidSpecException when another process writes one of the files by other
  ///   settings; nothing has changed then
  public void settings(OutputSettings other) {
    ring.lock();
    try {
      if (!closed) {
        sinks.become(other);
      }
      settings = other;
      lines.capacity(other.retainedLines());
    } finally {
      ring.unlock();
    }
    forgetEnded();
  }

  /// Ends everything: lines under way, followers and sinks, which have one second to take what is
  /// queued. The retained lines stay readable; later output is counted and retained, but reaches
  /// nobody. Idempotent.
  public void close() {
    end();
    ring.lock();
    try {
      closed = true;
      followers.forEach(LineFollower::finish);
      followers.clear();
      sinks.finish();
    } finally {
      ring.unlock();
    }
    awaitFollowers();
  }

  @Override
  public List<OutputLine> lines() {
    return taken(LineRing::all);
  }

  @Override
  public List<OutputLine> tail(int count) {
    return taken(retained -> retained.tail(count));
  }

  @Override
  public List<OutputLine> maskedTail(int count) {
    return tail(count).stream().map(mask::line).toList();
  }

  /// What is printed of lines that are not terminated yet, such as a question that the process
  /// asks, masked; at most one for each stream. They count as cut, so that the beginning of a
  /// secret whose rest is still to come is masked too.
  public List<OutputLine> maskedUnfinished() {
    var lines = new ArrayList<OutputLine>(2);
    writing.lock();
    try {
      for (var stream : StdStream.values()) {
        var text = decoder(stream).unfinished();
        if (!text.isEmpty()) {
          lines.add(new OutputLine(nextSequence, generation, stream, clock.instant(), text, true));
        }
      }
    } finally {
      writing.unlock();
    }
    return lines.stream().map(mask::line).toList();
  }

  /// They become text without the lock.
  private List<OutputLine> taken(Function<LineRing, List<LineParts.Part>> some) {
    List<LineParts.Part> parts;
    ring.lock();
    try {
      parts = some.apply(lines);
    } finally {
      ring.unlock();
    }
    return LineParts.lines(parts);
  }

  /// The earliest generation of which there may be lines: retained, or on their way to a reader. A
  /// later one than any when there are none.
  public long oldestGeneration() {
    long oldest = Long.MAX_VALUE;
    ring.lock();
    try {
      oldest = lines.oldestGeneration();
    } finally {
      ring.unlock();
    }
    for (var follower : running) {
      oldest = Math.min(oldest, follower.oldestGeneration());
    }
    return oldest;
  }

  @Override
  public long lineCount() {
    ring.lock();
    try {
      return lineCount;
    } finally {
      ring.unlock();
    }
  }

  @Override
  public long byteCount() {
    ring.lock();
    try {
      return byteCount;
    } finally {
      ring.unlock();
    }
  }

  /// {@inheritDoc}
  ///
  /// After [#close()] it delivers the retained lines and ends.
  @Override
  public Follower follow(Consumer<? super OutputLine> consumer) {
    Objects.requireNonNull(consumer, "follower");
    forgetEnded();
    var queue = new LineQueue(FOLLOWER_QUEUE, congestion);
    var handler = new ConsumerHandler(process, consumer, mask, clock, queue::poke);
    LineFollower follower;
    ring.lock();
    try {
      var name = "procman-follower-" + process;
      follower = new LineFollower(name, queue, handler, lines.all(), this::remove);
      if (closed) {
        follower.finish();
      } else {
        followers.add(follower);
      }
      running.add(follower);
    } finally {
      ring.unlock();
    }
    follower.start();
    return follower;
  }

  private void remove(LineFollower follower) {
    ring.lock();
    try {
      followers.remove(follower);
    } finally {
      ring.unlock();
    }
  }

  private LineDecoder decoder(StdStream stream) {
    return stream == StdStream.STDOUT ? stdout : stderr;
  }

  private LineBatch newBatch(StdStream stream, byte[] chunk) {
    int expected = chunk.length == 0 ? 1 : expectedLines;
    return new LineBatch(nextSequence, generation, stream, clock.instant(), chunk, expected);
  }

  private void takeOver() {
    var current = settings;
    if (!current.equals(decoding)) {
      boolean same =
          current.charset().equals(decoding.charset())
              && current.maxLineLength() == decoding.maxLineLength();
      if (!same) {
        endLines();
        stdout = LineDecoder.of(current);
        stderr = LineDecoder.of(current);
      }
      decoding = current;
    }
  }

  private void endLines() {
    for (var stream : StdStream.values()) {
      var batch = newBatch(stream, NOTHING);
      decoder(stream).end(batch);
      publish(batch, 0);
    }
  }

  private void publish(LineBatch batch, int bytes) {
    batch.seal();
    int count = batch.size();
    if (bytes > 0) {
      expectedLines = Math.min(count, 1024); // chunks of one child are alike
    }
    nextSequence += count;
    boolean backPressure = settings.backPressure();
    ring.lock();
    try {
      byteCount += bytes;
      lineCount += count;
      if (count > 0) {
        lines.add(batch);
        for (var follower : followers) {
          follower.offer(batch, backPressure);
        }
        sinks.offer(batch, backPressure);
      }
    } finally {
      ring.unlock();
    }
    if (settings.events()) {
      for (int i = 0; i < count; i++) {
        callHook(batch.get(i));
      }
    }
  }

  private void callHook(OutputLine line) {
    try {
      onLine.accept(line);
    } catch (RuntimeException e) {
      hookFailures.failed(1, MaskedException.of(e, mask::text));
    }
  }

  private void warnOfHook(long count, Throwable cause) {
    LOG.atError()
        .addKeyValue("process.name", process)
        .addKeyValue("lines", count)
        .setCause(cause)
        .log("Publishing lines of output as events failed");
  }

  private void awaitFollowers() {
    long deadline = System.nanoTime() + CLOSE_WITHIN.toNanos();
    boolean interrupted = false;
    for (var follower : running) {
      boolean ended = false;
      try {
        var left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
        ended = follower.awaitEnd(interrupted ? Duration.ZERO : left);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      if (!ended) {
        follower.abandon();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    running.clear();
  }

  private void forgetEnded() {
    running.removeIf(LineFollower::hasEnded);
  }
}
