package dev.procman.examples;

import dev.procman.spi.DurationText;
import dev.procman.event.ExtensionEvent;
import dev.procman.event.ProcessEvent;
import dev.procman.event.ProcessEvent.*;

/// Words for every event.
final class EventSwitch {
  private EventSwitch() {}

  // region event-switch
  static String words(ProcessEvent event) {
    return switch (event) { // no default: a missing case does not compile
      case ProcessStarted started -> "started, pid " + started.pid();
      case ProcessReady ready -> "ready after " + DurationText.of(ready.after());
      case ProcessHealthChanged health -> health.from() + " -> " + health.to();
      case ProcessExited exited -> exited.report().describe();
      case ProcessRestartScheduled restart -> "restarts in " + DurationText.of(restart.delay());
      case ProcessOutputLine output -> output.line().text();
      case SinkFailed sink -> sink.lost() + " lines did not reach " + sink.sink();
      case EventsDropped dropped -> dropped.count() + " events were dropped";
      case ResourceThresholdCrossed _, ResourceTrendDetected _, ResourceLimitExceeded _ ->
          "watch it: " + event.meta().cause();
      case ProcessCrashLoop _, ProcessFailed _, ProcessSkipped _, ProcessStuck _ ->
          "needs a person: " + event.meta().cause();
      case ProcessRegistered _,
          ProcessWaiting _,
          ProcessStarting _,
          ProcessStopping _,
          ProcessStopped _,
          ProcessCompleted _,
          ProcessRemoved _,
          ConfigurationChanged _,
          SamplingSlowed _,
          ExtensionEvent _ ->
          event.meta().cause();
    };
  }
  // endregion
}
