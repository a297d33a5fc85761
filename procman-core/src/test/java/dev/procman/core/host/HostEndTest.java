package dev.procman.core.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The JVM that supervises ends in an orderly way; when it is gone, so is all that it started.
class HostEndTest extends HostTest {

  @ParameterizedTest
  @CsvSource({"throw,1", "exit,3", "end,0", "exit-in-listener,4", "exit-in-hook,5"})
  void anOrderlyEndOfTheHostEndsAllItStarted(String end, int code) throws Exception {
    try (var host = hostWithTrees(true)) {
      host.tell(end);
      assertThat(host.awaitEnd()).isEqualTo(code);
      assertNothingLeftBehind();
    }
  }

  @ParameterizedTest
  @CsvSource({"TERM,143", "INT,130", "HUP,129"})
  void aSignalThatEndsTheHostEndsAllItStarted(String signal, int code) throws Exception {
    try (var host = hostWithTrees(true)) {
      signal(host.pid(), signal);
      assertThat(host.awaitEnd()).isEqualTo(code);
      assertNothingLeftBehind();
    }
  }

  @Test
  void listenersThatNeverReturnKeepNobodyFromBeingStartedAndEnded() throws Exception {
    try (var host = hostWithTrees(true)) {
      assertThat(host.ask("starve")).isEqualTo("starved");
      assertThat(host.ask("start-stop")).isEqualTo("STOPPED");
      host.tell("exit");
      assertThat(host.awaitEnd()).isEqualTo(3);
      assertNothingLeftBehind();
    }
  }

  @Test
  void startsInAShutdownHookAreEndedOrRefused() throws Exception {
    try (var host = hostWithTrees(true)) {
      host.tell("start-while-ending");
      assertThat(host.awaitEnd()).isZero();
      assertNothingLeftBehind();
      assertThat(state.resolveSibling("note")).hasContent("refused");
    }
  }
}
