package dev.procman.core.supervisor;

import dev.procman.Diagnosis;
import dev.procman.ExitReport;
import dev.procman.ExitStatus;
import dev.procman.ResourceUsage;
import dev.procman.Signal;
import dev.procman.core.lifecycle.Effect;
import dev.procman.core.lifecycle.EndCause;
import dev.procman.core.output.OutputLog;
import dev.procman.spi.LaunchedProcess;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Makes the report on an ended generation.
final class Reports {
  static final int LINES = 50;

  private Reports() {}

  /// Makes it.
  ///
  /// @param used what it had used, if it was measured
  /// @param keepDirectories whether temporary directories are kept although it ended well
  static ExitReport of(
      Generation generation,
      Effect.Ending ending,
      Optional<ExitStatus> status,
      Optional<ResourceUsage> used,
      OutputLog output,
      boolean keepDirectories) {
    var lines =
        generation
            .secrets()
            .mask(
                output.tail(LINES).stream()
                    .filter(line -> line.generation() == generation.id.generation())
                    .toList());
    boolean killed =
        status
            .filter(s -> s instanceof ExitStatus.Signaled by && by.number() == Signal.KILL.number())
            .isPresent();
    Diagnosis known =
        Diagnostician.diagnose(
            new Diagnostician.Evidence(
                ending,
                status,
                generation.failure(),
                generation.spec,
                lines,
                outOfMemoryKills(generation, killed),
                new Diagnostician.Resources(
                    generation.exceeded(),
                    used,
                    ending.success() ? List.of() : FullDisks.of(generation.spec))));
    Diagnosis diagnosis =
        ending.cause() == EndCause.OWN_EXIT ? LeftBehind.in(known, generation.leftBehind()) : known;
    var kept = generation.finishDirectories(keepDirectories || !ending.success());
    return new ExitReport(
        generation.id,
        generation.process().map(process -> process.pid()).orElse(-1L),
        status,
        ending.cause().isRequested(),
        ending.success(),
        ending.uptime(),
        lines,
        ending.truncated(),
        ending.survivors(),
        kept,
        diagnosis,
        used,
        generation.process().flatMap(LaunchedProcess::exitUsage));
  }

  /// What was counted for the tree alone; else what was counted for this JVM and all its trees,
  /// when this may be one of them.
  private static long outOfMemoryKills(Generation generation, boolean killed) {
    long anybodys = killed ? MemoryKills.sinceLastLook() : 0;
    return generation
        .process()
        .map(LaunchedProcess::outOfMemoryKills)
        .orElse(OptionalLong.empty())
        .orElse(anybodys);
  }
}
