package dev.procman.core.output;

import dev.procman.OutputSettings;
import dev.procman.RotatingFile;
import dev.procman.core.output.Appenders.Claim;
import dev.procman.spi.OutputSink;
import dev.procman.spi.ProcmanClock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The sinks of one process, each an internal follower that starts with live lines only. Guarded by
/// the owner's lock.
final class SinkSet {
  /// Larger than a caller's follower gets, because a burst lost here is lost for good; still
  /// bounded and counted.
  private static final int SINK_QUEUE = 32_768;

  private final String process;
  private final ProcmanClock clock;
  private final Mask mask;
  private final SinkFailureListener listener;
  private final Congestion congestion;
  private final Consumer<LineFollower> onStart;
  private List<Entry> entries = List.of();
  private List<Claim> claims = List.of();

  /// @param origin what in the settings asked for it: a [RotatingFile], an [OutputSink], or the
  ///   word `log`
  private record Entry(Object origin, LineFollower follower) {
    /// Files are values; a caller's sinks are themselves, whatever their `equals` says.
    @SuppressWarnings("ReferenceEquality")
    boolean isFor(Object other) {
      return origin == other || (origin instanceof RotatingFile && origin.equals(other));
    }
  }

  SinkSet(
      String process,
      ProcmanClock clock,
      Mask mask,
      SinkFailureListener listener,
      Congestion congestion,
      Consumer<LineFollower> onStart) {
    this.process = process;
    this.clock = clock;
    this.mask = mask;
    this.listener = listener;
    this.congestion = congestion;
    this.onStart = onStart;
  }

  /// Keeps what both have, starts what is new, ends what is gone.
  ///
  /// @throws dev.procman.InvalidSpecException when another process writes one of the files by other
  ///   settings; nothing has changed then
  void become(OutputSettings settings) {
    var claimed = claim(settings.files());
    claims.forEach(Appenders.ofThisJvm()::release);
    claims = claimed;
    var wanted = new ArrayList<Entry>();
    if (settings.log()) {
      want(wanted, "log", "log", () -> new Slf4jSink(process, mask));
    }
    for (var file : settings.files()) {
      var name = RotatingFileSink.pathOf(file, process).toString();
      want(wanted, file, name, () -> new RotatingFileSink(file, process));
    }
    for (var sink : settings.sinks()) {
      want(wanted, sink, sink.getClass().getTypeName(), () -> sink);
    }
    for (var old : entries) {
      if (!wanted.contains(old)) {
        old.follower.finish();
      }
    }
    entries = wanted;
  }

  private List<Claim> claim(List<RotatingFile> files) {
    requireOneMind(files);
    var claimed = new ArrayList<Claim>();
    try {
      for (var file : files) {
        var path = RotatingFileSink.pathOf(file, process);
        claimed.add(
            Appenders.ofThisJvm().claim(path, process, this, FileKeeping.of(file), owner(file)));
      }
      return claimed;
    } catch (RuntimeException refused) {
      claimed.forEach(Appenders.ofThisJvm()::release);
      throw refused;
    }
  }

  /// This process may name a file twice, such as for its two streams.
  private void requireOneMind(List<RotatingFile> files) {
    var known = new HashMap<LogPath, FileKeeping>();
    for (var file : files) {
      var path = RotatingFileSink.pathOf(file, process);
      var keeping = FileKeeping.of(file);
      var before = known.putIfAbsent(Appenders.resolve(path), keeping);
      if (before != null && !before.equals(keeping)) {
        throw Appenders.contradiction(path, process, before, process, keeping);
      }
    }
  }

  private static FileOwner owner(RotatingFile file) {
    return new FileOwner(file.owner(), file.group(), file.mode());
  }

  /// One that is named twice is still one: it is called by one thread and closed once.
  private void want(List<Entry> wanted, Object origin, String name, Supplier<OutputSink> make) {
    if (wanted.stream().noneMatch(present -> present.isFor(origin))) {
      wanted.add(entry(origin, name, make));
    }
  }

  private Entry entry(Object origin, String name, Supplier<OutputSink> make) {
    for (var present : entries) {
      if (present.isFor(origin)) {
        return present;
      }
    }
    var queue = new LineQueue(SINK_QUEUE, congestion);
    var handler = new SinkHandler(process, name, make.get(), mask, clock, queue::poke, listener);
    var follower = new LineFollower("procman-sink-" + process, queue, handler, List.of(), _ -> {});
    onStart.accept(follower);
    follower.start();
    return new Entry(origin, follower);
  }

  void offer(LineBatch batch, boolean backPressure) {
    for (var entry : entries) {
      entry.follower.offer(batch, backPressure);
    }
  }

  /// Ends all; what is queued is still written.
  void finish() {
    entries.forEach(entry -> entry.follower.finish());
    entries = List.of();
    claims.forEach(Appenders.ofThisJvm()::release);
    claims = List.of();
  }
}
