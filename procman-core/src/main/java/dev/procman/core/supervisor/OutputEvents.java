package dev.procman.core.supervisor;

import dev.procman.OutputLine;
import dev.procman.core.event.EventBus;
import dev.procman.event.ProcessEvent;

/// Publishes what concerns the output of one process. Thread-safe.
final class OutputEvents {
  private final String name;
  private final Current current;
  private final Board board;
  private final EventBus events;

  OutputEvents(String name, Current current, Board board, EventBus events) {
    this.name = name;
    this.current = current;
    this.board = board;
    this.events = events;
  }

  /// It printed a line.
  void line(OutputLine line) {
    events.publish(
        name,
        line.generation(),
        current.labels(),
        "it printed a line",
        null,
        meta -> new ProcessEvent.ProcessOutputLine(meta, current.secrets().mask(line)));
  }

  /// A sink was given up.
  ///
  /// @param lost how many lines it did not take
  void sinkFailed(String sink, long lost, Throwable cause) {
    events.publish(
        name,
        board.view().snapshot().generation(),
        current.labels(),
        current.secrets().mask(String.valueOf(cause)),
        null,
        meta -> new ProcessEvent.SinkFailed(meta, sink, lost));
  }
}
