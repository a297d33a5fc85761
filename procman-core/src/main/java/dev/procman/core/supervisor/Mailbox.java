package dev.procman.core.supervisor;

import dev.procman.core.EngineThreads;
import dev.procman.core.Uninterruptibly;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a supervisor is handed to do, done one after the other, by one thread at a time. What is
/// handed in after its end is refused: nobody waits for ever for an answer.
///
/// One of the [EngineThreads] is used only while there is something to do, so that an idle process
/// costs no stack.
final class Mailbox implements Executor {
  private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

  /// How long until a thread is asked for again: as long as the JDK waits where it cannot wake one.
  private static final Duration AGAIN = Duration.ofMillis(100);

  private enum State {
    /// It has not begun.
    HELD,
    /// Nobody takes messages.
    IDLE,
    /// A thread was asked for, or more than one: the first that comes takes messages.
    ASKED,
    /// One thread takes messages, or did the last thing that is ever done.
    TAKEN
  }

  private final String name;
  private final Runnable lastly;
  private final Consumer<Runnable> starter;
  private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();
  private final Queue<Message> messages = new ConcurrentLinkedQueue<>();
  private final AtomicReference<State> state = new AtomicReference<>(State.HELD);
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private volatile @Nullable Thread taking;
  private volatile Supplier<RuntimeException> refusal;

  // Of the thread that takes messages.
  private boolean over;

  /// What the thread does next; a refused one answers its caller when nothing will be done any
  /// more.
  private record Message(Runnable action, Runnable refuse) {}

  /// @param name whose it is
  /// @param lastly done by the thread when it has ended, before anybody is refused
  Mailbox(String name, Runnable lastly) {
    this(name, lastly, EngineThreads::execute);
  }

  /// @param starter has something done by another thread
  Mailbox(String name, Runnable lastly, Consumer<Runnable> starter) {
    this.name = name;
    this.lastly = lastly;
    this.starter = starter;
    this.refusal = () -> new IllegalStateException(name + " is not being supervised");
  }

  /// Begins to take what it was handed. Idempotent.
  void begin() {
    if (state.compareAndSet(State.HELD, State.IDLE)) {
      haveTaken();
    }
  }

  /// Whether the calling thread is the one that does what it is handed.
  boolean isOwnThread() {
    return Thread.currentThread() == taking;
  }

  /// Hands in what needs no answer; it is dropped when it is refused.
  @Override
  public void execute(Runnable action) {
    post(new Message(action, () -> {}));
  }

  /// Has a question answered, at once on its own thread.
  <T> CompletableFuture<T> question(Supplier<T> question) {
    if (isOwnThread()) {
      return CompletableFuture.completedFuture(question.get());
    }
    var answer = new CompletableFuture<T>();
    post(
        new Message(
            () -> {
              try {
                answer.complete(question.get());
              } catch (RuntimeException | Error thrown) {
                answer.completeExceptionally(thrown);
              }
            },
            () -> answer.completeExceptionally(refusal.get())));
    return answer;
  }

  /// Waits for an answer, and throws what it failed with.
  static <T> T join(CompletableFuture<T> answer) {
    try {
      return answer.join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
    }
  }

  /// Returns when everything handed in so far is done, or will never be.
  void awaitTurn() {
    if (!isOwnThread()) {
      turn().join();
    }
  }

  /// Completes when everything handed in so far is done, or will never be.
  CompletableFuture<Void> turn() {
    var turn = new CompletableFuture<Void>();
    post(new Message(() -> turn.complete(null), () -> turn.complete(null)));
    return turn;
  }

  /// Ends when everything handed in so far is done. Returns when it has ended, also when somebody
  /// else ends it at the same time.
  ///
  /// @param answer what later questions fail with
  void end(Supplier<RuntimeException> answer) {
    refusal = answer;
    execute(() -> over = true);
    begin(); // where that has failed
    end.join();
  }

  private void take() {
    if (!state.compareAndSet(State.ASKED, State.TAKEN)) {
      return;
    }
    var thread = Thread.currentThread();
    var before = thread.getContextClassLoader();
    taking = thread;
    try {
      thread.setContextClassLoader(loader);
      takeAll();
    } finally {
      // The thread outlives this, and must not keep the host's classes alive.
      thread.setContextClassLoader(before);
      if (over) {
        finish();
      } else {
        taking = null;
        state.set(State.IDLE);
        haveTaken();
      }
    }
  }

  private void takeAll() {
    Message message;
    while (!over && (message = messages.poll()) != null) {
      try {
        message.action().run();
      } catch (RuntimeException | Error fault) {
        log.atError()
            .addKeyValue("process.name", name)
            .setCause(fault)
            .log("a fault of procman itself; the supervisor goes on");
      }
    }
  }

  private void finish() {
    try {
      lastly.run();
    } finally {
      taking = null;
      end.complete(null);
      refuseAll();
    }
  }

  private void post(Message message) {
    messages.add(message);
    if (end.isDone()) {
      refuseAll();
    } else {
      haveTaken();
    }
  }

  /// Also for what was handed in at the last moment before nobody took messages any more.
  private void haveTaken() {
    if (!messages.isEmpty() && state.compareAndSet(State.IDLE, State.ASKED)) {
      ask();
    }
  }

  /// Asks for a thread until there is one. A message may be the news of an end, which nobody tells
  /// again, so it must not lie here until another comes. Where threads or memory are lacking, a
  /// thread that could not be started may run nevertheless.
  private void ask() {
    while (state.get() == State.ASKED) {
      try {
        starter.accept(this::take);
        return;
      } catch (OutOfMemoryError lacking) {
        // Nobody tells when there is memory or room for a thread again.
        Uninterruptibly.await(() -> Thread.sleep(AGAIN));
      }
    }
  }

  private void refuseAll() {
    for (Message message; (message = messages.poll()) != null; ) {
      message.refuse().run();
    }
  }
}
