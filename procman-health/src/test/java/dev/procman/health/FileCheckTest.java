package dev.procman.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.HealthStatus;
import dev.procman.event.ProcessEvent.ProcessReady;
import dev.procman.spi.HealthResult;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FileCheckTest extends HealthTest {

  @Test
  void aFilePassesWhenItIsThere() throws Exception {
    var file = temp.resolve("there");
    var process =
        manager.start(sleeper("subject").ready(often(HealthChecks.file(file.toString()))).build());
    assertThat(awaitVerdict(process, _ -> true).message()).isEqualTo(file + " does not exist");

    Files.createFile(file);
    process.awaitReady(LIMIT);
  }

  @Test
  void aRelativePathBelongsToTheDirectoryOfTheProcessAndTemplatesAreFilledIn() throws Exception {
    Files.createFile(temp.resolve("subject.pid"));
    assertThat(
            firstVerdict(
                    sleeper("subject").directory(temp), HealthChecks.file("${name}.pid"), LIMIT)
                .isGood())
        .isTrue();
  }

  @Test
  void aFileOfAnOlderGenerationIsNotNewerThanTheStart() throws Exception {
    var file = temp.resolve("ready");
    Files.createFile(file);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(5)));
    var check = HealthChecks.file(file.toString()).writtenSinceStart();
    var process = manager.start(sleeper("subject").ready(often(check)).build());

    assertThat(awaitVerdict(process, _ -> true).message()).contains("before the start at");
    Files.writeString(file, "again");
    process.awaitReady(LIMIT);
  }

  /// The first thing it does is to write the file: before anybody can have noted that it runs.
  @Test
  void aFileThatIsWrittenFirstThingIsNewerThanTheStart() throws Exception {
    for (int i = 0; i < 10; i++) {
      var file = temp.resolve("ready-" + i);
      var check = HealthChecks.file(file.toString()).writtenSinceStart();
      manager
          .start(sh("s" + i, ": >" + file + "; exec sleep 1000").ready(often(check)).build())
          .awaitReady(LIMIT);
    }
  }

  @Test
  void aHeartbeatThatStopsIsFoundAndOneThatGoesOnIsNot() throws Exception {
    var file = temp.resolve("beat");
    var stop = temp.resolve("stop");
    var check = HealthChecks.file(file.toString()).heartbeat(Duration.ofSeconds(2));
    var process =
        manager.start(
            sh(
                    "beating",
                    "until [ -e "
                        + stop
                        + " ]; do touch "
                        + file
                        + "; sleep 0.05; done;"
                        + " exec sleep 1000")
                .ready(often(check).failures(1, 2, 3))
                .build());
    process.awaitReady(LIMIT);
    await().atMost(LIMIT).until(() -> verdicts(process).size() >= 100);
    assertThat(process.health()).isEqualTo(HealthStatus.HEALTHY);

    Files.createFile(stop);
    var event = awaitHealthEvent(e -> e.to() == HealthStatus.FAILED);
    assertThat(event.reason()).contains("was last changed", "the limit is 2 s");
    assertThat(event.evidence()).containsKey("age");
  }

  @Test
  void aFileThatCannotBeLookedAtSaysNothingOfTheProcess() throws Exception {
    var circle = temp.resolve("circle");
    Files.createSymbolicLink(circle, circle);
    assertThat(firstVerdict(HealthChecks.file(circle.toString())))
        .returns(HealthStatus.UNKNOWN, HealthResult::status)
        .satisfies(verdict -> assertThat(verdict.message()).contains("cannot be looked at"));
  }

  @Test
  void anUptimeIsWaitedFor() throws Exception {
    var process =
        manager.start(
            sleeper("subject")
                .ready(often(HealthChecks.process().minimum(Duration.ofMillis(300))))
                .build());
    assertThat(awaitVerdict(process, _ -> true).status()).isEqualTo(HealthStatus.UNKNOWN);
    process.awaitReady(LIMIT);

    assertThat(awaitEvents(ProcessReady.class, 1).getFirst().after())
        .isGreaterThanOrEqualTo(Duration.ofMillis(300));
  }
}
