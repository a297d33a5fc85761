package dev.procman.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.procman.LaunchException;
import dev.procman.StdStream;
import dev.procman.spi.LaunchRequest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One thread that waits for whatever any child does: its output, its end, and room in its input.
///
/// **The problem.** A child gives three things to wait for, and none may cost a thread: a platform
/// thread each is what makes 1000 children expensive with the JDK, and a virtual thread that blocks
/// on a pipe takes a carrier away from the host. News of an end must come at once, also while
/// another child floods its pipe and while a grandchild holds a pipe of the one that ended.
///
/// **The choice.** epoll(7) over pipes that do not block and over pidfds, level-triggered, so that
/// what is left unread after a fair share is told again. A descriptor is added once by the thread
/// that launches; the thread below only reads, and changes interest where that saves more than it
/// costs ([OutputPipe]). Exits are taken before output of the same batch: whoever waits for them
/// waits for nothing else. Each pipe is read for at most [#SHARE] bytes a turn, so a flood delays
/// others by one turn of everybody, some tens of microseconds each.
///
/// **The alternatives.** io_uring would save calls and is forbidden in many containers.
/// Edge-triggered epoll wakes for every write into a pipe just the same, and needs a list of what
/// is left unread. Several reactors would spread decoding over cores; one core takes some hundred
/// megabytes of text a second, and a line costs more in what the host does with it.
///
/// What listeners do runs on this thread: they must be quick, and a fault of theirs is theirs
/// alone.
final class Reactor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Reactor.class);
  private static final int EVENTS = 256;
  private static final int BUFFER = 64 * 1024;
  private static final int SHARE = 256 * 1024;

  /// Four times the usual: a child that prints a lot waits less often, and the kernel lets a user
  /// have some hundred of them (`pipe-user-pages-soft` in pipe(7)).
  private static final int LARGE_PIPE = 256 * 1024;

  /// Whoever gives less has most likely given all: to ask once more would cost as much as to read.
  private static final int LITTLE = 4096;

  private static final long MOST = TimeUnit.SECONDS.toNanos(60);

  // What a token's lowest bits say it is about.
  private static final int END = 0;
  private static final int OUT = 1;
  private static final int ERR = 2;
  private static final int IN = 3;
  private static final int NOTICE = 4;
  private static final int KINDS = 8;
  private static final long WAKE = -1;

  private final Map<Long, LinuxProcess> processes = new ConcurrentHashMap<>();

  /// Held while epoll is changed from outside, so that no change meets another's descriptor after
  /// the end.
  private final Object life = new Object();

  private final Queue<LinuxProcess> readAgain = new ConcurrentLinkedQueue<>();
  private final AtomicLong nextNumber = new AtomicLong();
  private final int epoll;
  private final int wake;
  private final Thread thread;
  private volatile boolean closed;
  private boolean released;

  // The thread's own.
  private final Arena arena = Arena.ofShared();
  private final Libc libc = new Libc(arena);
  private final MemorySegment events = arena.allocate(EVENTS * Platform.EVENT_SIZE, 8);
  private final MemorySegment change = arena.allocate(Platform.EVENT_SIZE, 8);
  private final MemorySegment buffer = arena.allocate(BUFFER, 64);
  private final ByteBuffer output = buffer.asByteBuffer();
  private final Notices.Place notice = new Notices.Place(arena);
  private final Ending.Place place = new Ending.Place(arena);
  private final List<LinuxProcess> ending = new ArrayList<>();
  private final List<OutputPipe> polled = new ArrayList<>();
  private long nextLook;

  /// Starts the thread.
  ///
  /// @param request for whose sake it begins, for messages
  /// @throws LaunchException when this JVM has no descriptor or thread left for it
  Reactor(LaunchRequest request) {
    libc.heedChildren(arena);
    epoll = libc.epollCreate();
    wake = epoll < 0 ? epoll : libc.eventDescriptor();
    int error =
        wake < 0 ? wake : control(libc, change, Flags.EPOLL_CTL_ADD, wake, Flags.EPOLLIN, WAKE);
    thread = Thread.ofPlatform().daemon().name("procman-reactor").unstarted(this::run);
    if (error >= 0) {
      error = begin();
    }
    if (error < 0) {
      libc.close(wake);
      libc.close(epoll);
      arena.close();
      throw Spawner.failure(request, -error);
    }
  }

  private int begin() {
    try {
      thread.start();
      return 0;
    } catch (OutOfMemoryError noThread) {
      return -Libc.EAGAIN;
    }
  }

  private int control(
      Libc calls, MemorySegment event, int operation, int descriptor, int interest, long token) {
    event.set(JAVA_INT_UNALIGNED, 0, interest);
    event.set(JAVA_LONG_UNALIGNED, Platform.EVENT_DATA, token);
    return calls.epollControl(epoll, operation, descriptor, event);
  }

  /// Begins to watch a new child; what it does is told from now on.
  ///
  /// @throws LaunchException when the kernel has no memory for it
  void add(LinuxProcess process, LaunchRequest request) {
    try (var own = Arena.ofConfined()) {
      var calls = new Libc(own);
      int error = add(process, calls, own.allocate(Platform.EVENT_SIZE, 8));
      if (error < 0) {
        close(calls, process.stdout());
        close(calls, process.stderr());
        process.notices().ifPresent(notices -> notices.close(calls));
        throw error == -Libc.ECANCELED
            ? new IllegalStateException("the launcher is closed")
            : Spawner.failure(request, -error);
      }
    }
  }

  private int add(LinuxProcess process, Libc calls, MemorySegment event) {
    long token = process.number() * KINDS;
    synchronized (life) {
      if (released) {
        return -Libc.ECANCELED;
      }
      int error = watch(calls, event, process.stdout().descriptor, token + OUT);
      if (error >= 0 && process.stderr().open) {
        error = watch(calls, event, process.stderr().descriptor, token + ERR);
      }
      if (error >= 0 && process.notices().isPresent()) {
        error = watch(calls, event, process.notices().get().descriptor(), token + NOTICE);
      }
      error = error < 0 ? error : watch(calls, event, process.handle().descriptor(), token + END);
      if (error >= 0) {
        // Only now, so that the thread touches no descriptor of a child that is given up.
        processes.put(process.number(), process);
      }
      return error;
    }
  }

  /// A number for the next process.
  long nextNumber() {
    return nextNumber.getAndIncrement();
  }

  /// Those that are watched.
  Collection<LinuxProcess> processes() {
    return processes.values();
  }

  private int watch(Libc calls, MemorySegment event, int descriptor, long token) {
    return control(calls, event, Flags.EPOLL_CTL_ADD, descriptor, Flags.EPOLLIN, token);
  }

  /// Has a child's input told of room once.
  void awaitRoom(LinuxProcess process) {
    try (var own = Arena.ofConfined()) {
      var calls = new Libc(own);
      var event = own.allocate(Platform.EVENT_SIZE, 8);
      int descriptor = process.input().descriptor();
      int interest = Flags.EPOLLOUT | Flags.EPOLLONESHOT;
      long token = process.number() * KINDS + IN;
      synchronized (life) {
        if (!released
            && control(calls, event, Flags.EPOLL_CTL_MOD, descriptor, interest, token) < 0
            && control(calls, event, Flags.EPOLL_CTL_ADD, descriptor, interest, token) < 0) {
          process.input().roomIsThere();
        }
      }
    }
  }

  /// Has the output of a child that was held back read again.
  void readAgain(LinuxProcess process) {
    readAgain.add(process);
    synchronized (life) {
      if (!released) {
        wake();
      }
    }
  }

  private void wake() {
    try (var own = Arena.ofConfined()) {
      var one = own.allocate(ValueLayout.JAVA_LONG);
      one.set(ValueLayout.JAVA_LONG, 0, 1);
      new Libc(own).write(wake, one);
    }
  }

  private void run() {
    while (!closed) {
      try {
        turn();
      } catch (RuntimeException | Error fault) {
        // Whatever it was, the other children's ends must be told.
        log.atError().setCause(fault).log("a turn of the reactor failed");
      }
    }
    release();
  }

  private void turn() {
    int count = libc.epollWait(epoll, events, EVENTS, timeout());
    long now = System.nanoTime();
    // Two passes: ends first.
    for (int i = 0; i < count; i++) {
      if (kind(token(i)) == END) {
        end(token(i), now);
      }
    }
    for (int i = 0; i < count; i++) {
      if (kind(token(i)) != END) {
        ready(token(i), now);
      }
    }
    if (!polled.isEmpty()) {
      lookAtPolled(now);
    }
    if (!ending.isEmpty() && now - nextLook >= 0) {
      lookAtEnding(now);
    }
  }

  private long token(int index) {
    return events.get(JAVA_LONG_UNALIGNED, index * Platform.EVENT_SIZE + Platform.EVENT_DATA);
  }

  private static int kind(long token) {
    return token == WAKE ? IN : (int) (token % KINDS);
  }

  private int timeout() {
    if (!polled.isEmpty()) {
      return 1;
    }
    if (ending.isEmpty()) {
      return -1;
    }
    long left = nextLook - System.nanoTime();
    return Math.clamp(TimeUnit.NANOSECONDS.toMillis(left) + 1, 0, 60_000);
  }

  private void lookAtEnding(long now) {
    ending.removeIf(process -> !advance(process, now));
    nextLook = now + MOST;
    ending.forEach(process -> lookInTime(process, now));
  }

  /// Whoever has ended is looked at no later than it has to be.
  private void lookInTime(LinuxProcess process, long now) {
    long deadline = process.deadline(now);
    if (deadline - nextLook < 0) {
      nextLook = deadline;
    }
  }

  private void ready(long token, long now) {
    if (token == WAKE) {
      libc.read(wake, buffer.asSlice(0, Long.BYTES));
      for (LinuxProcess process; (process = readAgain.poll()) != null; ) {
        waitAgain(process.stdout());
        waitAgain(process.stderr());
      }
      return;
    }
    var process = process(token);
    if (process == null) {
      return;
    }
    switch (kind(token)) {
      case IN -> process.input().roomIsThere();
      case NOTICE -> read(process, now);
      case OUT -> woken(process.stdout(), now);
      default -> woken(process.stderr(), now);
    }
  }

  /// Whom a token is about; nobody when that one is over.
  private @Nullable LinuxProcess process(long token) {
    var process = processes.get(token / KINDS);
    if (process == null) {
      // It is just being added, by a thread that may have lost its processor to this one: to ask
      // epoll again and again would keep it waiting.
      synchronized (life) {
        process = processes.get(token / KINDS);
      }
    }
    return process;
  }

  private void end(long token, long now) {
    var process = process(token);
    if (process == null) {
      return;
    }
    var ended = Ending.look(libc, place, process.handle().descriptor());
    if (ended.isEmpty()) {
      return;
    }
    // First what cannot be made up for: whatever fails from here on, the rest of its end is looked
    // after.
    if (ending.isEmpty()) {
      nextLook = now + MOST;
    }
    ending.add(process);
    control(libc, change, Flags.EPOLL_CTL_DEL, process.handle().descriptor(), 0, token);
    // What it told before it ended; nobody else of its tree speaks for it after that.
    read(process, now);
    process.notices().ifPresent(notices -> notices.close(libc));
    process.ended(ended.get(), now);
    waitAgain(process.stdout());
    waitAgain(process.stderr());
    // What it wrote is in the pipes, and mostly nobody else has them open.
    read(process.stdout(), now);
    read(process.stderr(), now);
    advance(process, now);
    lookInTime(process, now);
  }

  /// Takes a process on, and forgets it when it is over.
  ///
  /// @return whether it is still of interest
  private boolean advance(LinuxProcess process, long now) {
    boolean goesOn = process.advance(now);
    if (!goesOn) {
      close(process.stdout());
      close(process.stderr());
      processes.remove(process.number());
    }
    return goesOn;
  }

  private void woken(OutputPipe pipe, long now) {
    if (!pipe.open) {
      return;
    }
    long count = read(pipe, now);
    if (leave(pipe)) {
      return;
    }
    if (pipe.open && !pipe.polled && pipe.wakesTooOften(now, count)) {
      pipe.polled = true;
      polled.add(pipe);
      wait(pipe, 0);
    }
  }

  private void lookAtPolled(long now) {
    for (var pipes = polled.iterator(); pipes.hasNext(); ) {
      var pipe = pipes.next();
      long count = pipe.open ? read(pipe, now) : 0;
      if (leave(pipe)) {
        pipe.polled = false;
        pipes.remove();
      } else if (!pipe.open || pipe.isToBeWaitedFor(count)) {
        pipe.polled = false;
        pipes.remove();
        if (pipe.open) {
          wait(pipe, Flags.EPOLLIN);
        }
      }
    }
  }

  /// Takes the pipe of a child that is held back out of epoll, which would go on telling its end.
  ///
  /// @return whether it is out
  private boolean leave(OutputPipe pipe) {
    if (pipe.open && !pipe.left && pipe.process.isHeldBack()) {
      pipe.left = true;
      control(libc, change, Flags.EPOLL_CTL_DEL, pipe.descriptor, 0, token(pipe));
    }
    return pipe.left;
  }

  private void waitAgain(OutputPipe pipe) {
    if (pipe.open && pipe.left) {
      pipe.left = false;
      control(libc, change, Flags.EPOLL_CTL_ADD, pipe.descriptor, Flags.EPOLLIN, token(pipe));
    }
  }

  private void wait(OutputPipe pipe, int interest) {
    control(libc, change, Flags.EPOLL_CTL_MOD, pipe.descriptor, interest, token(pipe));
  }

  private static long token(OutputPipe pipe) {
    return pipe.process.number() * KINDS + (pipe.stream == StdStream.STDOUT ? OUT : ERR);
  }

  /// Reads what is there, at most a fair share.
  ///
  /// @return how many bytes came
  private long read(OutputPipe pipe, long now) {
    long total = 0;
    while (pipe.open && total < SHARE && !pipe.process.isHeldBack()) {
      long count = libc.read(pipe.descriptor, buffer);
      if (count == -Libc.EAGAIN) {
        break;
      }
      if (count <= 0) {
        // Its end; a pipe that cannot be read has nothing more to say either.
        close(pipe);
        advance(pipe.process, now);
        break;
      }
      // Whoever wants to keep it copies it, and only then.
      pipe.process.output(pipe.stream, output.slice(0, (int) count), now);
      total += count;
      if (pipe.wantsMoreRoom(count)) {
        // It works on without when it is refused.
        libc.fcntl(pipe.descriptor, Flags.F_SETPIPE_SZ, LARGE_PIPE);
      }
      if (count < LITTLE) {
        break;
      }
    }
    return total;
  }

  private void read(LinuxProcess process, long now) {
    if (process.notices().filter(notices -> notices.read(libc, notice, now)).isPresent()) {
      process.hasNews();
    }
  }

  /// Forgets a pipe first: whoever holds a copy of this side, as a terminal's input is one and a
  /// child of another library for a moment, would have epoll(7) tell of its end again and again.
  private void close(OutputPipe pipe) {
    if (pipe.open) {
      control(libc, change, Flags.EPOLL_CTL_DEL, pipe.descriptor, 0, 0);
      close(libc, pipe);
    }
  }

  private static void close(Libc calls, OutputPipe pipe) {
    if (pipe.open) {
      pipe.open = false;
      calls.close(pipe.descriptor);
    }
  }

  /// Ends the thread and closes what it holds. Children go on; nobody waits for them any more.
  @Override
  public void close() {
    closed = true;
    synchronized (life) {
      if (!released) {
        wake();
      }
    }
    if (Thread.currentThread() != thread) {
      Ends.await(thread);
    }
  }

  private void release() {
    synchronized (life) {
      released = true;
      for (var process : processes.values()) {
        close(process.stdout());
        close(process.stderr());
        process.notices().ifPresent(notices -> notices.close(libc));
        process.leave();
      }
      processes.clear();
      libc.close(wake);
      libc.close(epoll);
      arena.close();
    }
  }
}
