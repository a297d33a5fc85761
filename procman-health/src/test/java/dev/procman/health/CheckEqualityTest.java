package dev.procman.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.HealthStatus;
import dev.procman.ProcessSpec;
import dev.procman.spi.HealthCheck;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// A specification that says the same again must be equal, so that an update with it is none.
class CheckEqualityTest {
  /// Each asks something else than the others.
  private static final List<Supplier<HealthCheck>> CHECKS =
      List.of(
          () -> HealthChecks.http("/"),
          () -> HealthChecks.http("/health"),
          () -> HealthChecks.http("/").port("http"),
          () -> HealthChecks.http("/").port(8080),
          () -> HealthChecks.http("/").host("localhost"),
          () -> HealthChecks.http("/").https(),
          () -> HealthChecks.http("/").httpsInsecure(),
          () -> HealthChecks.http("/").method("HEAD"),
          () -> HealthChecks.http("/").header("X-Question", "1"),
          () -> HealthChecks.http("/").header("X-Question", "2"),
          () -> HealthChecks.http("/").status(200, 204),
          () -> HealthChecks.http("/").status(200),
          () -> HealthChecks.http("/").body("ok.*"),
          () -> HealthChecks.http("/").body("fine.*"),
          () -> HealthChecks.http("/").followAnywhere(),
          () -> HealthChecks.http("/").anyOwner(),
          HealthChecks::tcp,
          () -> HealthChecks.tcp().port("db"),
          () -> HealthChecks.tcp().port(5432),
          () -> HealthChecks.tcp().host("localhost"),
          () -> HealthChecks.tcp().settle(Duration.ofSeconds(1)),
          () -> HealthChecks.tcp().send("PING\r\n"),
          () -> HealthChecks.tcp().send("PING\r\n").expect("PONG"),
          () -> HealthChecks.tcp().expect("PING"),
          () -> HealthChecks.tcp().anyOwner(),
          () -> HealthChecks.output("ready"),
          () -> HealthChecks.output("up"),
          () -> HealthChecks.output("ready").onStderr(),
          () -> HealthChecks.output("ready").times(2),
          () -> HealthChecks.output("ready").forbidding("ERROR"),
          () -> HealthChecks.script("check", "a"),
          () -> HealthChecks.script("check", "a").code(3, HealthStatus.UNKNOWN),
          () -> HealthChecks.file("pid"),
          () -> HealthChecks.file("pid").writtenSinceStart(),
          () -> HealthChecks.process().minimum(Duration.ofSeconds(1)),
          () -> HealthChecks.resource().memory(1, 2),
          () -> HealthChecks.all(HealthChecks.tcp(), HealthChecks.output("ready")),
          () -> HealthChecks.any(HealthChecks.tcp(), HealthChecks.output("ready")),
          () -> HealthChecks.not(HealthChecks.file("down")),
          () -> HealthChecks.weighted().add(1, HealthChecks.tcp()));

  @Test
  void whatIsMadeInTheSameWayIsEqual() {
    for (var check : CHECKS) {
      assertThat(check.get()).isEqualTo(check.get()).hasSameHashCodeAs(check.get());
    }
  }

  @Test
  void whatAsksOrExpectsSomethingElseIsNot() {
    assertThat(CHECKS.stream().map(Supplier::get)).doesNotHaveDuplicates();
  }

  @Test
  void thePredicateOfAHostIsWhatItSays() {
    assertThat(HealthChecks.http("/").status("even", code -> code % 2 == 0))
        .isNotEqualTo(HealthChecks.http("/").status("even", code -> code % 2 == 0));
  }

  @Test
  void specificationsThatSayTheSameAreEqual() {
    Supplier<ProcessSpec> web =
        () ->
            ProcessSpec.named("web")
                .command("web")
                .port("http")
                .ready(HealthChecks.http("/").status(200).body("ok"))
                .live(HealthChecks.tcp())
                .build();
    assertThat(web.get()).isEqualTo(web.get());
  }
}
