package dev.procman.core.supervisor;

import dev.procman.spi.DurationText;
import dev.procman.Command;
import dev.procman.Diagnosis;
import dev.procman.Diagnosis.Kind;
import dev.procman.ExitStatus;
import dev.procman.LaunchException;
import dev.procman.OutputLine;
import dev.procman.ProcessSpec;
import dev.procman.ResourceMetric;
import dev.procman.ResourceUsage;
import dev.procman.Signal;
import dev.procman.core.lifecycle.Effect;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Concludes from what is known of an end what most probably caused it. Pure.
final class Diagnostician {
  private static final Pattern PORT_IN_USE =
      Pattern.compile(
          "address (is )?already in use|EADDRINUSE|java\\.net\\.BindException|port \\d+ is already"
              + " (in use|allocated)|port is already (in use|allocated)",
          Pattern.CASE_INSENSITIVE);

  /// Not any number: an error's, a line's or a date's says nothing about the port.
  private static final Pattern NAMED_PORT =
      Pattern.compile("(\\bport[ =:#]*|:)(?<number>\\d{3,5})(?![\\d.:])", Pattern.CASE_INSENSITIVE);

  private static final Pattern JVM_FATAL =
      Pattern.compile(
          "A fatal error has been detected by the Java Runtime Environment|hs_err_pid\\d+\\.log|"
              + "java\\.lang\\.OutOfMemoryError|^Exception in thread \"main\" |^Error: (Could not|A JNI error|Unable to access jarfile)|"
              + "Error occurred during initialization of VM");
  private static final Pattern DESCRIPTORS =
      Pattern.compile("too many open files|EMFILE|ENFILE", Pattern.CASE_INSENSITIVE);
  private static final Pattern NO_SPACE =
      Pattern.compile(
          "no space left on device|ENOSPC|disk quota exceeded", Pattern.CASE_INSENSITIVE);
  private static final Set<Signal> FAULTS =
      Set.of(Signal.SEGV, Signal.ABRT, Signal.BUS, Signal.ILL, Signal.TRAP, Signal.SYS);
  private static final int SIGFPE = 8;
  private static final Diagnosis ENDED_IN_TIME =
      new Diagnosis(
          Kind.STOPPED,
          "it was asked to stop, and ended by itself as its time was over",
          List.of());

  /// What is known.
  ///
  /// @param ending what the state machine knows
  /// @param status how it ended; empty when it could not be launched
  /// @param failure why it could not be launched
  /// @param spec what it was made from
  /// @param lines its last lines
  /// @param outOfMemoryKills how many kills for lack of memory the kernel counted in its control
  ///   group while it ran; its own one, or this JVM's
  /// @param resources what is known of the resources it used
  record Evidence(
      Effect.Ending ending,
      Optional<ExitStatus> status,
      Optional<LaunchException> failure,
      ProcessSpec spec,
      List<OutputLine> lines,
      long outOfMemoryKills,
      Resources resources) {}

  /// What is known of the resources it used.
  ///
  /// @param limit the limit that it was ended for, in words
  /// @param used what it had used, if it was measured
  /// @param fullDisks what is known of full disks it may have written to
  record Resources(Optional<String> limit, Optional<ResourceUsage> used, List<String> fullDisks) {
    static final Resources UNKNOWN = new Resources(Optional.empty(), Optional.empty(), List.of());
  }

  private Diagnostician() {}

  static Diagnosis diagnose(Evidence known) {
    return switch (known.ending.cause()) {
      case LAUNCH_FAILED -> notLaunched(known);
      case STOP_CUT_SHORT ->
          known.failure.isPresent()
              ? notLaunched(known)
              : isKilled(known)
                  ? finding(
                      Kind.KILLED_AFTER_GRACE,
                      "asked to stop and killed, since the shutdown timeout of its manager left its stop sequence no more"
                          + " time")
                  : ENDED_IN_TIME;
      case STOP, RESTART -> known.failure.isPresent() ? notLaunched(known) : asked(known);
      case START_FAILED ->
          known.failure.isPresent()
              ? notLaunched(known)
              : inLines(
                      known,
                      PORT_IN_USE,
                      Kind.PORT_IN_USE,
                      "it was not ready in time, and an address was in use")
                  .orElseGet(() -> finding(Kind.START_TIMEOUT, "it was not ready in time"));
      case UNHEALTHY -> finding(Kind.UNHEALTHY, "its liveness probe gave up on it");
      case LIMIT_RESTART, LIMIT_STOP ->
          finding(
              Kind.LIMIT_EXCEEDED,
              known.resources.limit.orElse("it used more than a limit allows"));
      case OWN_EXIT -> byItself(known);
    };
  }

  private static Diagnosis asked(Evidence known) {
    if (!known.ending.killed()) {
      return finding(Kind.STOPPED, "it was asked to stop");
    }
    return isKilled(known)
        ? finding(
            Kind.KILLED_AFTER_GRACE,
            "asked to stop and killed, since no step of its stop sequence ended it")
        : ENDED_IN_TIME;
  }

  /// KILL may have been sent to a process that had ended, and was not seen to yet.
  private static boolean isKilled(Evidence known) {
    return known.status.isEmpty() || isBy(Signal.KILL, known.status.get());
  }

  private static boolean isBy(Signal signal, ExitStatus status) {
    return status instanceof ExitStatus.Signaled by && by.number() == signal.number();
  }

  private static Diagnosis notLaunched(Evidence known) {
    var failure = known.failure.orElseThrow();
    var kind =
        switch (failure.reason()) {
          case COMMAND_NOT_FOUND -> Kind.COMMAND_NOT_FOUND;
          case NOT_EXECUTABLE -> Kind.NOT_EXECUTABLE;
          default -> Kind.LAUNCH_FAILED;
        };
    return finding(kind, String.valueOf(failure.getMessage()));
  }

  private static Diagnosis byItself(Evidence known) {
    if (known.ending.success()) {
      return finding(Kind.SUCCESS, "it ended with a success code");
    }
    return switch (known.status.orElseThrow()) {
      case ExitStatus.Signaled signaled -> bySignal(known, signaled);
      case ExitStatus.Exited exited -> byCode(known, exited);
    };
  }

  private static Diagnosis bySignal(Evidence known, ExitStatus.Signaled signaled) {
    var signal = Signal.ofNumber(signaled.number());
    if (signal.filter(FAULTS::contains).isPresent() || signaled.number() == SIGFPE) {
      return inLines(known, JVM_FATAL, Kind.JVM_CRASH, "the Java virtual machine crashed")
          .orElseGet(() -> finding(Kind.CRASHED, "a fault of the program: " + signaled.describe()));
    }
    if (signaled.number() == Signal.KILL.number() && known.outOfMemoryKills > 0) {
      return outOfMemory(known, "killed, most likely by the kernel for lack of memory");
    }
    return finding(Kind.KILLED_FROM_OUTSIDE, "it was not sent by procman");
  }

  private static Diagnosis outOfMemory(Evidence known, String summary) {
    return new Diagnosis(
        Kind.OUT_OF_MEMORY,
        summary,
        List.of(
            "memory.events of its control group counted "
                + known.outOfMemoryKills
                + " oom_kill while it ran"));
  }

  private static Diagnosis byCode(Evidence known, ExitStatus.Exited exited) {
    if (exited.code() == 128 + Signal.KILL.number() && known.outOfMemoryKills > 0) {
      return outOfMemory(
          known, "a shell's child was killed, most likely by the kernel for lack of memory");
    }
    if (isShell(known) && exited.code() == 127) {
      return new Diagnosis(
          Kind.COMMAND_NOT_FOUND, "its shell did not find a command", lastTexts(known.lines, 1));
    }
    if (isShell(known) && exited.code() == 126) {
      return new Diagnosis(
          Kind.NOT_EXECUTABLE, "its shell could not execute a command", lastTexts(known.lines, 1));
    }
    return inLines(
            known, PORT_IN_USE, Kind.PORT_IN_USE, "an address it wanted to listen on was taken")
        .or(() -> exhausted(known))
        .or(() ->
            inLines(known, JVM_FATAL, Kind.JVM_CRASH, "a Java virtual machine ended with an error"))
        .orElseGet(() ->
            finding(
                Kind.FAILED,
                known.spec.successCodes().contains(exited.code())
                    ? "it ended before its minimum uptime of "
                        + DurationText.of(known.spec.minimumUptime())
                    : "it ended with a code that does not mean success"));
  }

  private static boolean isShell(Evidence known) {
    return known.spec.command() instanceof Command.Shell;
  }

  private static Optional<Diagnosis> exhausted(Evidence known) {
    var words =
        inLines(
            known,
            DESCRIPTORS,
            Kind.DESCRIPTORS_EXHAUSTED,
            "it had too much open: files, sockets or pipes");
    var figures = known.resources.used.flatMap(Diagnostician::nearDescriptorLimit);
    if (words.isPresent() || figures.isPresent()) {
      var evidence = new ArrayList<String>();
      words.ifPresent(found -> evidence.addAll(found.evidence()));
      figures.ifPresent(evidence::add);
      return Optional.of(
          new Diagnosis(
              Kind.DESCRIPTORS_EXHAUSTED,
              "it had too much open: files, sockets or pipes",
              evidence));
    }
    var noSpace = inLines(known, NO_SPACE, Kind.DISK_FULL, "a disk was full");
    if (noSpace.isPresent() || !known.resources.fullDisks.isEmpty()) {
      var evidence = new ArrayList<String>();
      noSpace.ifPresent(found -> evidence.addAll(found.evidence()));
      evidence.addAll(known.resources.fullDisks);
      return Optional.of(new Diagnosis(Kind.DISK_FULL, "a disk was full", evidence));
    }
    return Optional.empty();
  }

  private static Optional<String> nearDescriptorLimit(ResourceUsage used) {
    long most = used.peak().value(ResourceMetric.DESCRIPTORS).orElse(0);
    long limit = used.now().value(ResourceMetric.DESCRIPTOR_LIMIT).orElse(0);
    return limit > 0 && most >= limit - limit / 50
        ? Optional.of("it was seen with " + most + " descriptors of at most " + limit)
        : Optional.empty();
  }

  private static Optional<Diagnosis> inLines(
      Evidence known, Pattern pattern, Kind kind, String summary) {
    var evidence =
        known.lines.stream()
            .map(OutputLine::text)
            .filter(text -> pattern.matcher(text).find())
            .limit(5)
            .toList();
    return evidence.isEmpty()
        ? Optional.empty()
        : Optional.of(new Diagnosis(kind, summary, evidence));
  }

  /// Whether a race for one of these leased ports was lost: evidence that names another port only
  /// is not about it.
  static boolean isPortLost(Diagnosis diagnosis, Collection<Integer> leased) {
    if (diagnosis.kind() != Kind.PORT_IN_USE || leased.isEmpty()) {
      return false;
    }
    return diagnosis.evidence().stream()
        .anyMatch(text -> {
          var named = NAMED_PORT.matcher(text).results().toList();
          return named.isEmpty()
              || named.stream()
                  .anyMatch(port -> leased.contains(Integer.valueOf(port.group("number"))));
        });
  }

  private static Diagnosis finding(Kind kind, String summary) {
    return new Diagnosis(kind, summary, List.of());
  }

  private static List<String> lastTexts(List<OutputLine> lines, int count) {
    return lines.subList(Math.max(0, lines.size() - count), lines.size()).stream()
        .map(OutputLine::text)
        .toList();
  }
}
