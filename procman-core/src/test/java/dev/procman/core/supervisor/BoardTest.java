package dev.procman.core.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.Desired;
import dev.procman.HealthStatus;
import dev.procman.ProcessSnapshot;
import dev.procman.ProcessState;
import dev.procman.core.lifecycle.LifecycleState;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class BoardTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private final Board board = new Board(view(1));

  private static Board.View view(long generation) {
    var snapshot =
        new ProcessSnapshot(
            "web",
            ProcessState.RUNNING,
            Desired.UP,
            HealthStatus.UNKNOWN,
            generation,
            OptionalLong.empty(),
            0,
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            "test");
    return new Board.View(snapshot, LifecycleState.initial(), false);
  }

  private static Function<Board.View, Optional<Long>> atLeast(long generation) {
    return view -> Optional.of(view.snapshot().generation()).filter(number -> number >= generation);
  }

  @Test
  void whatIsThereAlreadyIsNotWaitedFor() throws Exception {
    assertThat(board.await(Duration.ZERO, atLeast(1))).contains(1L);
    assertThat(board.await(Duration.ofSeconds(Long.MIN_VALUE), atLeast(1))).contains(1L);
  }

  @Test
  void whenTheTimeIsOverTheAnswerIsNone() throws Exception {
    for (var timeout :
        List.of(
            Duration.ZERO,
            Duration.ofNanos(-1),
            Duration.ofSeconds(Long.MIN_VALUE),
            Duration.ofMillis(20))) {
      assertThat(board.await(timeout, atLeast(2))).as("%s", timeout).isEmpty();
    }
  }

  @Test
  void allWhoWaitAreWokenByWhatTheyWaitFor() throws Exception {
    List<Long> answers = new CopyOnWriteArrayList<>();
    var threads = new ArrayList<Thread>();
    for (var timeout :
        List.of(LIMIT, ChronoUnit.FOREVER.getDuration(), Duration.ofNanos(Long.MAX_VALUE))) {
      for (long wanted = 2; wanted <= 4; wanted++) {
        long generation = wanted;
        threads.add(
            Thread.ofVirtual()
                .start(() -> {
                  try {
                    answers.add(board.await(timeout, atLeast(generation)).orElse(-1L));
                  } catch (InterruptedException never) {
                    answers.add(-2L);
                  }
                }));
      }
    }
    for (long generation = 2; generation <= 4; generation++) {
      board.show(view(generation));
    }
    for (var thread : threads) {
      assertThat(thread.join(LIMIT)).isTrue();
    }
    assertThat(answers).hasSize(9).allMatch(answer -> answer >= 2 && answer <= 4);
  }

  @Test
  void aWaitIsInterruptible() throws Exception {
    var thrown = new CompletableFuture<Throwable>();
    var thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                var _ = board.await(LIMIT, atLeast(2));
                thrown.complete(new AssertionError("not interrupted"));
              } catch (InterruptedException expected) {
                thrown.complete(expected);
              }
            });
    await().atMost(LIMIT).until(() -> thread.getState() == Thread.State.TIMED_WAITING);
    thread.interrupt();
    assertThat(thrown.get(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    Thread.currentThread().interrupt();
    try {
      assertThat(board.await(LIMIT, atLeast(1))).contains(1L);
      assertThatThrownBy(() -> board.await(LIMIT, atLeast(2)))
          .isInstanceOf(InterruptedException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue(); // the flag stays set
    }
    assertThat(board.await(Duration.ZERO, atLeast(1))).contains(1L);
  }

  @Test
  void aQuestionThatThrowsThrowsInWhoAskedAndDisturbsNobody() throws Exception {
    assertThatThrownBy(() ->
            board.await(
                LIMIT,
                _ -> {
                  throw new IllegalStateException("question");
                }))
        .hasMessage("question");
    board.show(view(2));
    assertThat(board.await(Duration.ZERO, atLeast(2))).contains(2L);
  }
}
