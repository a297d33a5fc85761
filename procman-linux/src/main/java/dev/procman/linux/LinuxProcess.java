package dev.procman.linux;

import dev.procman.ExitUsage;
import dev.procman.LaunchSettings.Session;
import dev.procman.ServiceState;
import dev.procman.Signal;
import dev.procman.StdStream;
import dev.procman.proc.ProcFs;
import dev.procman.proc.ProcessTree;
import dev.procman.spi.LaunchListener;
import dev.procman.spi.LaunchRequest;
import dev.procman.spi.LaunchedProcess;
import dev.procman.spi.ProcessIdentity;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A child of the Linux launcher.
///
/// When it has ended it is not reaped at once: as long as its number cannot be another's, so cannot
/// that of its process group, and the rest of the tree can be killed through it. It is reaped when
/// the tree was seen empty, or a while after its output ended.
final class LinuxProcess implements LaunchedProcess {
  private static final Logger log = LoggerFactory.getLogger(LinuxProcess.class);
  private static final long LONGEST = Long.MAX_VALUE / 4;
  private static final long AFTER_DRAINING = TimeUnit.SECONDS.toNanos(60);
  private static final long LOOK_AGAIN = TimeUnit.SECONDS.toNanos(1);

  private enum Stage {
    RUNNING,
    /// It has ended; somebody else may still write to its pipes.
    DRAINING,
    /// Nothing more is told; whoever still writes is not stopped by a full pipe, for a while.
    DISCARDING,
    OVER
  }

  private final long number;
  private final int pid;
  private final Handle handle;
  private final LaunchListener listener;
  private final long quiet;
  private final InputPipe stdin;
  private final OutputPipe stdout;
  private final OutputPipe stderr;
  private final ProcessTree tree;
  private final Optional<Notices> notices;
  private final Optional<Group> group;
  private final Reactor reactor;
  private final long inheritedPeak;
  private volatile Optional<ProcessIdentity> identity = Optional.empty();
  private volatile boolean held;
  private volatile boolean ended;

  /// Whether the reactor has ended before it.
  private volatile boolean left;

  /// Whether its tree was seen empty.
  private volatile boolean empty;

  private volatile Optional<ExitUsage> usage = Optional.empty();
  private Stage stage = Stage.RUNNING;
  private long deadline;

  /// @param socket by which it may tell its state
  LinuxProcess(
      Spawner.Spawned spawned,
      Optional<NoticeSocket> socket,
      Belongings belongings,
      LaunchRequest request,
      LaunchListener listener,
      Reactor reactor) {
    this.reactor = reactor;
    this.number = reactor.nextNumber();
    this.pid = spawned.pid();
    this.inheritedPeak = spawned.inheritedPeak();
    this.handle = new Handle(pid, spawned.handle());
    this.listener = listener;
    this.quiet = Math.min(TimeUnit.NANOSECONDS.convert(nonNegative(request.drainQuiet())), LONGEST);
    this.stdin =
        new InputPipe(
            spawned.streams().stdin(), spawned.streams().terminal(), () -> reactor.awaitRoom(this));
    this.stdout = new OutputPipe(this, StdStream.STDOUT, spawned.streams().stdout());
    this.stderr = new OutputPipe(this, StdStream.STDERR, spawned.streams().stderr());
    var mark = request.environment().getOrDefault(LaunchRequest.TREE_MARK, "");
    this.group = belongings.group();
    this.tree =
        new ProcessTree(pid, mark, () -> !handle.isReaped(), Handle::send, belongings.proof());
    if (request.settings().session() == Session.OWN) {
      tree.leadsSession();
    }
    this.notices = socket.map(open -> new Notices(open, tree::contains));
  }

  private static Duration nonNegative(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }

  @Override
  public long pid() {
    return pid;
  }

  @Override
  public Optional<ProcessIdentity> identity() {
    if (identity.isEmpty()) {
      var found = ProcessIdentity.of(pid);
      // As long as it is not reaped its pid is not another's.
      identity = handle.isReaped() ? Optional.empty() : found;
    }
    return identity;
  }

  @Override
  public boolean isAlive() {
    return !ended && handle.isAlive();
  }

  @Override
  public boolean signal(Signal signal) {
    return handle.signal(signal);
  }

  @Override
  public void signalTree(Signal signal) {
    if (signal == Signal.KILL) {
      // Most of the tree at one stroke; the rest is looked for.
      group.ifPresent(Group::kill);
      handle.signalGroup(signal);
    }
    tree.signal(signal);
  }

  @Override
  public List<Long> tree() {
    boolean alive = isAlive();
    if (!alive) {
      tree.rootEnded();
    }
    var members = tree.members().stream().map(ProcFs.Stat::pid).toList();
    if (alive && members.isEmpty() && !isAlive()) {
      // It ended during the look, which did not count on that.
      return tree();
    }
    if (!alive && members.isEmpty()) {
      empty = true;
      // Not before the reactor knows of the end: reaped, nobody would tell it any more.
      if (ended || left) {
        bury();
      }
    }
    return members;
  }

  private void bury() {
    handle.reap();
    group.ifPresent(Group::discard);
  }

  @Override
  public OutputStream stdin() {
    return stdin;
  }

  @Override
  public void holdOutput(boolean held) {
    this.held = held;
    if (!held) {
      reactor.readAgain(this);
    }
  }

  @Override
  public Optional<ExitUsage> exitUsage() {
    return usage;
  }

  @Override
  public Optional<ServiceState> serviceState() {
    return notices.map(Notices::state);
  }

  @Override
  public OptionalLong outOfMemoryKills() {
    return group.map(Group::outOfMemoryKills).orElse(OptionalLong.empty());
  }

  @Override
  public Optional<Path> controlGroup() {
    return group.map(Group::directory);
  }

  Optional<Group> group() {
    return group;
  }

  // What follows is called by the reactor only.

  /// Whether its output is left unread, as long as it lives.
  boolean isHeldBack() {
    return held && !ended;
  }

  /// What the reactor knows it by.
  long number() {
    return number;
  }

  Handle handle() {
    return handle;
  }

  InputPipe input() {
    return stdin;
  }

  OutputPipe stdout() {
    return stdout;
  }

  OutputPipe stderr() {
    return stderr;
  }

  Optional<Notices> notices() {
    return notices;
  }

  /// It told something new of itself.
  void hasNews() {
    guarded(listener::onServiceState);
  }

  void output(StdStream stream, ByteBuffer bytes, long now) {
    switch (stage) {
      case RUNNING -> tell(stream, bytes);
      case DRAINING -> {
        deadline = now + quiet;
        tell(stream, bytes);
      }
      case DISCARDING, OVER -> {}
    }
  }

  /// A fault of whoever takes output, such as a lack of memory, costs that output, not the news of
  /// the end nor the other children.
  private void tell(StdStream stream, ByteBuffer bytes) {
    try {
      listener.onOutput(stream, bytes);
    } catch (RuntimeException | Error fault) {
      log.atError().addKeyValue("pid", pid).setCause(fault).log("output was lost");
    }
  }

  void ended(Ending ending, long now) {
    usage = ending.withoutPeakUpTo(inheritedPeak).usage();
    ended = true;
    stage = Stage.DRAINING;
    deadline = now + quiet;
    guarded(() -> listener.onExit(ending.status()));
    stdin.end();
    if (empty) {
      bury();
    }
  }

  /// Goes on to the next stage if it is time.
  ///
  /// @return whether it is still of interest
  boolean advance(long now) {
    boolean open = stdout.open || stderr.open;
    boolean late = now - deadline >= 0;
    if (stage == Stage.DRAINING && (!open || late)) {
      stage = Stage.DISCARDING;
      deadline = now + AFTER_DRAINING;
      guarded(() -> listener.onDrained(open));
    } else if (stage == Stage.DISCARDING && late) {
      bury();
      stage = Stage.OVER;
    } else if (stage == Stage.DISCARDING && !open && handle.isReaped()) {
      stage = Stage.OVER;
    }
    return stage != Stage.OVER;
  }

  /// When it has to be looked at again, at the latest.
  long deadline(long now) {
    // Whether it was reaped meanwhile nobody tells; it only costs memory.
    return stage == Stage.DISCARDING ? Math.min(deadline, now + LOOK_AGAIN) : deadline;
  }

  /// Nobody watches it any more. While it lives it keeps its handle, by which it can still be asked
  /// after and signalled.
  void leave() {
    left = true;
    stdin.end();
    handle.reap();
  }

  /// Ends a child that nobody can watch.
  void giveUp() {
    handle.signalGroup(Signal.KILL);
    handle.signal(Signal.KILL);
    handle.await();
    group.ifPresent(Group::discard);
    stdin.end();
  }

  private void guarded(Runnable news) {
    try {
      news.run();
    } catch (RuntimeException | Error fault) {
      log.atError().addKeyValue("pid", pid).setCause(fault).log("news of a process was not taken");
    }
  }
}
