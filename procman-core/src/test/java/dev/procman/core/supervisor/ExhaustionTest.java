package dev.procman.core.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.Diagnosis;
import dev.procman.Diagnosis.Kind;
import dev.procman.ExitStatus;
import dev.procman.OutputLine;
import dev.procman.ProcessId;
import dev.procman.ProcessSpec;
import dev.procman.ResourceMetric;
import dev.procman.ResourceSample;
import dev.procman.ResourceUsage;
import dev.procman.StdStream;
import dev.procman.core.lifecycle.Effect;
import dev.procman.core.lifecycle.EndCause;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/// Ends for want of something, as far as figures and words tell.
class ExhaustionTest {
  private static Diagnosis diagnose(
      EndCause cause, int code, String line, Diagnostician.Resources resources) {
    return Diagnostician.diagnose(
        new Diagnostician.Evidence(
            new Effect.Ending(cause, false, false, false, Duration.ofSeconds(9), List.of()),
            Optional.of(ExitStatus.ofShellCode(code)),
            Optional.empty(),
            ProcessSpec.named("subject").command("x").build(),
            List.of(new OutputLine(1, 1, StdStream.STDERR, Instant.EPOCH, line, false)),
            0,
            resources));
  }

  private static Diagnostician.Resources used(long descriptors, long limit) {
    var sample =
        ResourceSample.at(1)
            .set(ResourceMetric.DESCRIPTORS, descriptors)
            .set(ResourceMetric.DESCRIPTOR_LIMIT, limit)
            .build();
    return new Diagnostician.Resources(
        Optional.empty(),
        Optional.of(
            new ResourceUsage(
                new ProcessId("subject", 1),
                Instant.EPOCH,
                sample,
                Map.of(),
                OptionalDouble.empty(),
                sample,
                sample,
                sample,
                1)),
        List.of());
  }

  @Test
  void descriptorsSeenAtTheirLimitAreTheCauseAlsoWithoutWords() {
    assertThat(diagnose(EndCause.OWN_EXIT, 1, "goodbye", used(1020, 1024)))
        .isEqualTo(
            new Diagnosis(
                Kind.DESCRIPTORS_EXHAUSTED,
                "it had too much open: files, sockets or pipes",
                List.of("it was seen with 1020 descriptors of at most 1024")));
    assertThat(diagnose(EndCause.OWN_EXIT, 1, "goodbye", used(900, 1024)).kind())
        .isEqualTo(Kind.FAILED);
  }

  @Test
  void fullDiskOfALogFileIsTheCauseAlsoWithoutWords() {
    var full =
        new Diagnostician.Resources(
            Optional.empty(), Optional.empty(), List.of("no space is left in /logs"));
    assertThat(diagnose(EndCause.OWN_EXIT, 1, "goodbye", full))
        .returns(Kind.DISK_FULL, Diagnosis::kind)
        .returns(List.of("no space is left in /logs"), Diagnosis::evidence);
  }

  @Test
  void limitIsNamedWithItsValue() {
    var exceeded =
        new Diagnostician.Resources(
            Optional.of("its memory, 2.0 GiB, exceeds its limit of 1.0 GiB"),
            Optional.empty(),
            List.of());
    for (var cause : List.of(EndCause.LIMIT_RESTART, EndCause.LIMIT_STOP)) {
      assertThat(diagnose(cause, 143, "Too many open files", exceeded))
          .returns(Kind.LIMIT_EXCEEDED, Diagnosis::kind)
          .returns("its memory, 2.0 GiB, exceeds its limit of 1.0 GiB", Diagnosis::summary);
    }
  }
}
