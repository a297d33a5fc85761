package dev.procman.core.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class MailboxTest {
  private static final Runnable NOTHING = () -> {};

  private static Mailbox begun(Consumer<Runnable> starter) {
    var mailbox = new Mailbox("subject", NOTHING, starter);
    mailbox.begin();
    return mailbox;
  }

  private static void end(Mailbox mailbox) {
    mailbox.end(() -> new IllegalStateException("over"));
  }

  private static boolean awaitsShortly(CountDownLatch latch) {
    try {
      return latch.await(300, TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  private static OutOfMemoryError noThread() {
    return new OutOfMemoryError("unable to create native thread");
  }

  @Test
  void allIsDoneInTheOrderOfEachSenderByOneThreadAtATime() throws Exception {
    var mailbox = new Mailbox("subject", NOTHING);
    mailbox.begin();
    var atOnce = new AtomicInteger();
    var wrong = new AtomicInteger();
    var done = new ArrayList<List<Integer>>(); // not thread-safe: that is what the mailbox is for
    var senders = new ArrayList<Thread>();
    int count = 20_000;
    for (int sender = 0; sender < 4; sender++) {
      var mine = new ArrayList<Integer>();
      done.add(mine);
      senders.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < count; i++) {
                  int message = i;
                  mailbox.execute(() -> {
                    if (atOnce.incrementAndGet() != 1 || !mailbox.isOwnThread()) {
                      wrong.incrementAndGet();
                    }
                    mine.add(message);
                    atOnce.decrementAndGet();
                  });
                  if (i % 64 == 0) {
                    mailbox.awaitTurn(); // so that it falls idle now and then
                  }
                }
              }));
    }
    for (var sender : senders) {
      sender.join();
    }
    end(mailbox);

    assertThat(wrong).hasValue(0);
    assertThat(done).allSatisfy(mine -> assertThat(mine).hasSize(count).isSorted());
    assertThat(mailbox.isOwnThread()).isFalse();
  }

  @Test
  void whateverIsAskedAroundTheEndIsAnsweredOrRefused() throws Exception {
    for (int round = 0; round < 500; round++) {
      var mailbox = new Mailbox("subject", NOTHING);
      mailbox.begin();
      var answers = new ArrayList<CompletableFuture<Integer>>();
      var begun = new CountDownLatch(1);
      var asking =
          Thread.ofPlatform()
              .start(() -> {
                begun.countDown();
                for (int i = 0; i < 50; i++) {
                  int answer = i;
                  answers.add(mailbox.question(() -> answer));
                }
              });
      begun.await();
      end(mailbox);
      asking.join();

      for (var answer : answers) {
        try {
          var _ = answer.get(10, TimeUnit.SECONDS);
        } catch (ExecutionException refused) {
          assertThat(refused).hasRootCauseMessage("over");
        }
      }
    }
  }

  @Test
  void messageForWhichNoThreadCouldBeStartedIsNotLeftLying() throws Exception {
    var failures = new AtomicInteger(2);
    var mailbox =
        begun(task -> {
          if (failures.getAndDecrement() > 0) {
            throw noThread();
          }
          Thread.startVirtualThread(task);
        });

    var done = new CountDownLatch(1);
    mailbox.execute(done::countDown);

    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    end(mailbox);
  }

  /// ForkJoinPool queues what it is handed before it looks for a thread.
  @Test
  void threadThatRunsAlthoughItsStartFailedIsTheOnlyOne() throws Exception {
    var failing = new AtomicBoolean(true);
    var mailbox =
        begun(task -> {
          Thread.startVirtualThread(task);
          if (failing.getAndSet(false)) {
            throw noThread();
          }
        });
    var first = new CountDownLatch(1);
    var second = new CountDownLatch(1);
    var more = new AtomicBoolean();
    mailbox.execute(() -> {
      first.countDown();
      // Waits in vain for a second thread.
      more.set(awaitsShortly(second));
    });
    first.await();
    mailbox.execute(second::countDown);
    end(mailbox);

    assertThat(more).isFalse();
  }

  @Test
  void faultsOfMessagesCostThoseMessagesOnly() {
    var mailbox = new Mailbox("subject", NOTHING);
    mailbox.begin();
    mailbox.execute(() -> {
      throw new AssertionError("a fault");
    });
    assertThat(mailbox.question(() -> "answer").join()).isEqualTo("answer");
    end(mailbox);
  }

  @Test
  void oneThatHasNotBegunKeepsWhatItIsHandedAndCanBeEnded() {
    var done = new AtomicBoolean();
    var lastly = new AtomicBoolean();
    var mailbox = new Mailbox("subject", () -> lastly.set(true));
    mailbox.execute(() -> done.set(true));
    assertThat(done).isFalse();

    end(mailbox);
    assertThat(done).isTrue();
    assertThat(lastly).isTrue();
    assertThatThrownBy(() -> Mailbox.join(mailbox.question(() -> "late"))).hasMessage("over");
  }

  @Test
  void contextOfWhoeverHandsSomethingInIsNotInherited() throws Exception {
    var inheritable = new InheritableThreadLocal<String>();
    var mailbox = new Mailbox("subject", NOTHING);
    mailbox.begin();
    var own = Thread.currentThread().getContextClassLoader();
    var seen = new CompletableFuture<List<Object>>();

    var sender =
        Thread.ofPlatform()
            .unstarted(() -> {
              inheritable.set("secret of a request");
              mailbox.execute(() ->
                  seen.complete(
                      List.of(
                          String.valueOf(inheritable.get()),
                          Thread.currentThread().getContextClassLoader())));
            });
    sender.setContextClassLoader(new ClassLoader(own) {});
    sender.start();

    assertThat(seen.get(10, TimeUnit.SECONDS)).containsExactly("null", own);
    end(mailbox);
  }
}
