package dev.procman.health;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.procman.HealthStatus;
import dev.procman.InvalidSpecException;
import dev.procman.ProcessSpec;
import dev.procman.ResourceMetric;
import dev.procman.spi.HealthCheck;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Configuration that makes no sense is an error when it is built, and names the field.
class NonsenseTest {

  private static Arguments row(String field, ThrowingCallable built) {
    return arguments(field, built);
  }

  private static ThrowingCallable in(ProcessSpec.Builder spec, HealthCheck check) {
    return () -> spec.ready(check).build();
  }

  private static ProcessSpec.Builder spec(String... ports) {
    var spec = ProcessSpec.named("subject").command("true");
    Stream.of(ports).forEach(spec::port);
    return spec;
  }

  static Stream<Arguments> nonsense() {
    return Stream.of(
        row("health.http.path", () -> HealthChecks.http("health")),
        row("health.http.path", () -> HealthChecks.http("")),
        row("health.http.path", () -> HealthChecks.http("/a b")),
        row("health.http.path", () -> HealthChecks.http("/%zz")),
        row("health.http.method", () -> HealthChecks.http("/").method("")),
        row("health.http.method", () -> HealthChecks.http("/").method("GET /")),
        row("health.http.method", () -> HealthChecks.http("/").method("CONNECT")),
        row("health.http.header", () -> HealthChecks.http("/").header("a b", "c")),
        row("health.http.header", () -> HealthChecks.http("/").header("A", "b\r\nC: d")),
        row("health.http.header", () -> HealthChecks.http("/").header("Connection", "close")),
        row("health.http.status", () -> HealthChecks.http("/").status()),
        row("health.http.status", () -> HealthChecks.http("/").status(99)),
        row("health.http.status", () -> HealthChecks.http("/").status(200, 600)),
        row("health.http.body", () -> HealthChecks.http("/").body("(")),
        row("health.port", () -> HealthChecks.http("/").port(0)),
        row("health.port", () -> HealthChecks.http("/").port(65536)),
        row("health.host", () -> HealthChecks.http("/").host(" ")),
        row("health.host", () -> HealthChecks.http("/").host("http://localhost")),
        row("health.host", () -> HealthChecks.http("/").host("0.0.0.0")),
        row("health.host", () -> HealthChecks.tcp().host("::")),
        row("health.port", in(spec(), HealthChecks.http("/"))),
        row("health.port", in(spec("a", "b"), HealthChecks.http("/"))),
        row("health.port", in(spec("a"), HealthChecks.http("/").port("b"))),
        row("health.port", () -> HealthChecks.tcp().port(-1)),
        row("health.host", () -> HealthChecks.tcp().host("")),
        row("health.tcp.settle", () -> HealthChecks.tcp().settle(Duration.ZERO)),
        row("health.tcp.settle", () -> HealthChecks.tcp().settle(Duration.ofMillis(-1))),
        row("health.tcp.expect", () -> HealthChecks.tcp().expect("[")),
        row("health.port", in(spec(), HealthChecks.tcp())),
        row("health.port", in(spec("a"), HealthChecks.tcp().port("b"))),
        row("health.output.pattern", () -> HealthChecks.output("*")),
        row("health.output.forbidden", () -> HealthChecks.output("a").forbidding("*")),
        row("health.output.occurrences", () -> HealthChecks.output("a").times(0)),
        row(
            "health.output.streams",
            () -> new OutputCheck(Pattern.compile("a"), Set.of(), 1, Optional.empty())),
        row("health.script.command", () -> HealthChecks.script()),
        row("health.script.command", () -> HealthChecks.script(" ")),
        row("health.script.codes", () -> HealthChecks.script("x").code(256, HealthStatus.HEALTHY)),
        row("health.script.codes", () -> HealthChecks.script("x").code(-1, HealthStatus.HEALTHY)),
        row(
            "health.script.command",
            () -> new ScriptCheck(List.of(), Map.of(), HealthStatus.FAILED)),
        row("resources.threshold.RESIDENT_MEMORY", () -> HealthChecks.resource().memory(0, 1)),
        row("resources.threshold.RESIDENT_MEMORY", () -> HealthChecks.resource().memory(2, 1)),
        row("resources.threshold.CPU", () -> HealthChecks.resource().cpu(Double.NaN, 1)),
        row(
            "resources.threshold.CPU",
            () -> HealthChecks.resource().cpu(1, Double.POSITIVE_INFINITY)),
        row("resources.threshold.DESCRIPTORS", () -> HealthChecks.resource().descriptors(-1, 5)),
        row("resources.threshold.THREADS", () -> HealthChecks.resource().threads(5, 4)),
        row(
            "resources.threshold.SWAPPED_MEMORY",
            () -> HealthChecks.resource().metric(ResourceMetric.SWAPPED_MEMORY, 0, 0)),
        row(
            "health.resource.sustained",
            () -> HealthChecks.resource().sustainedFor(Duration.ofSeconds(-1))),
        row("health.resource.hysteresis", () -> HealthChecks.resource().hysteresis(1)),
        row("health.resource.hysteresis", () -> HealthChecks.resource().hysteresis(Double.NaN)),
        row("health.resource.thresholds", in(spec(), HealthChecks.resource())),
        row("health.file.path", () -> HealthChecks.file(" ")),
        row("health.file.path", () -> HealthChecks.file("a\0b")),
        row("health.file.heartbeat", () -> HealthChecks.file("a").heartbeat(Duration.ZERO)),
        row("health.process.minimum", () -> HealthChecks.process().minimum(Duration.ofDays(-1))),
        row("health.all", () -> HealthChecks.all()),
        row("health.any", () -> HealthChecks.any()),
        row("health.weighted", in(spec(), HealthChecks.weighted())),
        row("health.weighted.weight", () -> HealthChecks.weighted().add(0, HealthChecks.process())),
        row(
            "health.weighted.weight",
            () -> HealthChecks.weighted().add(Double.NaN, HealthChecks.process())),
        row("health.weighted.shares", () -> HealthChecks.weighted().shares(0.5, 0.7, 0.1)),
        row("health.weighted.shares", () -> HealthChecks.weighted().shares(1.1, 0.7, 0.1)),
        row("health.weighted.shares", () -> HealthChecks.weighted().shares(1, 0.7, -0.1)),
        row(
            "health.port",
            in(spec(), HealthChecks.all(HealthChecks.process(), HealthChecks.tcp()))),
        row("health.port", in(spec(), HealthChecks.any(HealthChecks.http("/")))),
        row("health.port", in(spec(), HealthChecks.not(HealthChecks.tcp()))),
        row("health.port", in(spec(), HealthChecks.weighted().add(1, HealthChecks.tcp()))));
  }

  @ParameterizedTest(name = "{index} {0}")
  @MethodSource("nonsense")
  void isAnErrorThatNamesTheField(String field, ThrowingCallable built) {
    assertThatThrownBy(built)
        .isInstanceOfSatisfying(
            InvalidSpecException.class,
            wrong -> org.assertj.core.api.Assertions.assertThat(wrong.field()).isEqualTo(field))
        .hasMessageContaining("invalid " + field);
  }

  @Test
  void aStartupAndALivenessProbeAreCheckedToo() {
    assertThatThrownBy(() -> spec().startup(dev.procman.Probe.of(HealthChecks.tcp())).build())
        .isInstanceOf(InvalidSpecException.class);
    assertThatThrownBy(() -> spec().live(HealthChecks.tcp()).build())
        .isInstanceOf(InvalidSpecException.class);
  }

  @Test
  void aHeaderThatCannotBeSentIsNotShownWithItsValue() {
    assertThatThrownBy(() -> HealthChecks.http("/").header("Authorization", "Bearer s3cr3t\n"))
        .hasMessageNotContaining("s3cr3t");
  }

  @Test
  void templatesInAPathAreNotTakenForNonsense() {
    assertThatCode(() -> HealthChecks.http("/${env.HOME}/$$x?y=${name}"))
        .doesNotThrowAnyException();
  }
}
