package dev.procman.core.supervisor;

import dev.procman.core.Uninterruptibly;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one virtual thread of a supervisor, and what it is handed to do, one after the other. What
/// is handed in after its end is refused: nobody waits for ever for an answer.
final class Mailbox implements Executor {
  private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

  private final String name;
  private final Runnable lastly;
  private final LinkedBlockingQueue<Message> messages = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile Supplier<RuntimeException> refusal;
  private volatile boolean over;

  /// What the thread does next; a refused one answers its caller when nothing will be done any
  /// more.
  private record Message(Runnable action, Runnable refuse) {}

  /// @param name whose it is
  /// @param lastly done by the thread when it has ended, before anybody is refused
  Mailbox(String name, Runnable lastly) {
    this.name = name;
    this.lastly = lastly;
    this.refusal = () -> new IllegalStateException(name + " is not being supervised");
    this.thread = Thread.ofVirtual().name("procman-supervisor-" + name).unstarted(this::run);
  }

  /// Begins to take what it was handed.
  void begin() {
    thread.start();
  }

  /// Whether the calling thread is the one that does what it is handed.
  boolean isOwnThread() {
    return Thread.currentThread() == thread;
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
      var turn = new CompletableFuture<Void>();
      post(new Message(() -> turn.complete(null), () -> turn.complete(null)));
      turn.join();
    }
  }

  /// Ends when everything handed in so far is done. Returns when it has ended, also when somebody
  /// else ends it at the same time.
  ///
  /// @param answer what later questions fail with
  void end(Supplier<RuntimeException> answer) {
    refusal = answer;
    execute(() -> over = true);
    Uninterruptibly.await(thread::join);
  }

  private void run() {
    while (!over) {
      try {
        messages.take().action().run();
      } catch (InterruptedException unexpected) {
        log.atWarn()
            .addKeyValue("process.name", name)
            .log("a supervisor was interrupted; it goes on");
      } catch (RuntimeException | Error fault) {
        log.atError()
            .addKeyValue("process.name", name)
            .setCause(fault)
            .log("a fault of procman itself; the supervisor goes on");
      }
    }
    lastly.run();
    refuseAll();
  }

  private void post(Message message) {
    messages.add(message);
    if (over) {
      refuseAll();
    }
  }

  private void refuseAll() {
    for (Message message; (message = messages.poll()) != null; ) {
      message.refuse().run();
    }
  }
}
