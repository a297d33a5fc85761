package dev.procman.core.supervisor;

import dev.procman.ExitReport;
import dev.procman.HealthStatus;
import dev.procman.core.Nanos;
import java.time.Duration;
import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/// Events for Java Flight Recorder: `dev.procman.ProcessStart`, `ProcessExit`, `ProcessRestart` and
/// `ProcessHealth`. Nothing happens in a runtime image without the module `jdk.jfr`.
@SuppressWarnings("UnusedVariable") // fields are read by the recorder
final class FlightEvents {
  private static final boolean AVAILABLE = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

  private FlightEvents() {}

  static void started(String process, long generation, long pid) {
    if (AVAILABLE) {
      var event = new Started();
      if (event.shouldCommit()) {
        event.process = process;
        event.generation = generation;
        event.pid = pid;
        event.commit();
      }
    }
  }

  static void exited(ExitReport report) {
    if (AVAILABLE) {
      var event = new Exited();
      if (event.shouldCommit()) {
        event.process = report.id().name();
        event.generation = report.id().generation();
        event.pid = report.pid();
        event.outcome = report.describe();
        event.success = report.success();
        event.uptime = report.uptime().toNanos();
        event.commit();
      }
    }
  }

  static void restarting(String process, long generation, Duration delay, int attempt) {
    if (AVAILABLE) {
      var event = new Restarting();
      if (event.shouldCommit()) {
        event.process = process;
        event.generation = generation;
        event.delay = Nanos.of(delay);
        event.attempt = attempt;
        event.commit();
      }
    }
  }

  static void health(
      String process, long generation, HealthStatus from, HealthStatus to, String message) {
    if (AVAILABLE) {
      var event = new Health();
      if (event.shouldCommit()) {
        event.process = process;
        event.generation = generation;
        event.from = from.name();
        event.to = to.name();
        event.message = message;
        event.commit();
      }
    }
  }

  @Category("procman")
  @StackTrace(false)
  private abstract static class OfProcess extends Event {
    @Label("Process")
    String process = "";

    @Label("Generation")
    long generation;
  }

  @Name("dev.procman.ProcessStart")
  @Label("Process Start")
  private static final class Started extends OfProcess {
    @Label("Pid")
    long pid;
  }

  @Name("dev.procman.ProcessExit")
  @Label("Process Exit")
  private static final class Exited extends OfProcess {
    @Label("Pid")
    long pid;

    @Label("Outcome")
    String outcome = "";

    @Label("Success")
    boolean success;

    @Label("Uptime")
    @Timespan
    long uptime;
  }

  @Name("dev.procman.ProcessRestart")
  @Label("Process Restart")
  private static final class Restarting extends OfProcess {
    @Label("Delay")
    @Timespan
    long delay;

    @Label("Attempt")
    int attempt;
  }

  @Name("dev.procman.ProcessHealth")
  @Label("Process Health")
  private static final class Health extends OfProcess {
    @Label("From")
    String from = "";

    @Label("To")
    String to = "";

    @Label("Message")
    String message = "";
  }
}
