package dev.procman;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.procman.event.SubscribeOptions;
import dev.procman.event.SubscribeOptions.Overflow;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.OptionalInt;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The smaller settings: output, files, probes, stop sequences, subscriptions, managers.
class SettingsTest {
  private static final Duration NEGATIVE = Duration.ofNanos(-1);
  private static final OutputSettings OUTPUT = OutputSettings.ofDefaults();
  private static final RotatingFile FILE = RotatingFile.at(Path.of("app.log"));
  private static final Probe PROBE = Probe.of(_ -> HealthResult.healthy());
  private static final SubscribeOptions OPTIONS = SubscribeOptions.ofDefaults();

  @ParameterizedTest(name = "{0} = {1}")
  @MethodSource
  void whatIsOutOfRangeIsRejectedWithFieldValueAndRemedy(
      String field, String value, String remedy, ThrowingCallable mistake) {
    assertThatThrownBy(mistake)
        .isInstanceOfSatisfying(
            InvalidSpecException.class, invalid -> assertThat(invalid.field()).isEqualTo(field))
        .hasMessageContainingAll(field, value, remedy);
  }

  private static Arguments mistake(
      String field, String value, String remedy, ThrowingCallable mistake) {
    return Arguments.of(field, value, remedy, mistake);
  }

  static Stream<Arguments> whatIsOutOfRangeIsRejectedWithFieldValueAndRemedy() {
    return Stream.of(
        mistake("output.retainedLines", "0", "1 to", () -> OUTPUT.retainedLines(0)),
        mistake("output.retainedLines", "10000001", "1 to", () -> OUTPUT.retainedLines(10_000_001)),
        mistake("output.maxLineLength", "15", "16 to", () -> OUTPUT.maxLineLength(15)),
        mistake(
            "output.maxLineLength", "67108865", "16 to", () -> OUTPUT.maxLineLength(67_108_865)),
        mistake("output.drainQuiet", "0 s", "above zero", () -> OUTPUT.drainQuiet(Duration.ZERO)),
        mistake("output.file.maxBytes", "1023", "1024 or more", () -> FILE.maxBytes(1023)),
        mistake("output.file.keep", "-1", "0 to 10000", () -> FILE.keep(-1)),
        mistake("output.file.keep", "10001", "0 to 10000", () -> FILE.keep(10_001)),
        mistake("output.file.keepFor", "-1 ns", "zero or more", () -> FILE.keepFor(NEGATIVE)),
        mistake("output.file.mode", "1000", "0 to 0777", () -> FILE.mode(01000)),
        mistake("output.file.owner", "' '", "leave it out", () -> FILE.owner(" ")),
        mistake("output.file.group", "''", "leave it out", () -> FILE.group("")),
        mistake("output.file.maxAge", "-1 ns", "zero or more", () -> FILE.maxAge(NEGATIVE)),
        mistake("probe.initialDelay", "-1 ns", "zero or more", () -> PROBE.initialDelay(NEGATIVE)),
        mistake("probe.interval", "0 s", "above zero", () -> PROBE.interval(Duration.ZERO)),
        mistake("probe.fastInterval", "0 s", "above", () -> PROBE.fastInterval(Duration.ZERO)),
        mistake("probe.jitter", "1.5", "0 to 1", () -> PROBE.jitter(1.5)),
        mistake("probe.jitter", "NaN", "0 to 1", () -> PROBE.jitter(Double.NaN)),
        mistake("probe.timeout", "0 s", "above zero", () -> PROBE.timeout(Duration.ZERO)),
        mistake("probe.successes", "0", "1 or more", () -> PROBE.successes(0)),
        mistake("probe.failures", "0/1/2", "rising", () -> PROBE.failures(0, 1, 2)),
        mistake("probe.failures", "2/1/3", "rising", () -> PROBE.failures(2, 1, 3)),
        mistake("probe.failures", "1/3/2", "rising", () -> PROBE.failures(1, 3, 2)),
        mistake("stop.patience", "-1 ns", "zero or more", () -> StopSequence.graceful(NEGATIVE)),
        mistake(
            "stop.killDeadline",
            "0 s",
            "above zero",
            () -> new StopSequence(List.of(), Duration.ZERO)),
        mistake("stop.run", "(empty)", "program", () -> StopSequence.kill().run(Duration.ZERO)),
        mistake("stop.run", "' '", "program", () -> StopSequence.kill().run(Duration.ZERO, " ")),
        mistake(
            "stop.run",
            "(value not shown)",
            "NUL",
            () -> StopSequence.kill().run(Duration.ZERO, "a", "b\0")),
        mistake(
            "subscribe.buffer", "0", "1 or more", () -> OPTIONS.buffer(0, Overflow.DROP_NEWEST)),
        mistake("subscribe.replay", "-1", "0 to 1000", () -> OPTIONS.replay(-1)),
        mistake("subscribe.replay", "1001", "0 to 1000", () -> OPTIONS.replay(1001)),
        mistake("manager.name", "' '", "give a name", () -> ProcessManager.builder().name(" ")),
        mistake(
            "manager.shutdownTimeout",
            "0 s",
            "above zero",
            () -> ProcessManager.builder().shutdownTimeout(Duration.ZERO)));
  }

  @Test
  void theLimitsThemselvesAreAllowed() {
    assertThat(OUTPUT.retainedLines(1).retainedLines(10_000_000).retainedLines())
        .isEqualTo(10_000_000);
    assertThat(OUTPUT.maxLineLength(16).maxLineLength(67_108_864).maxLineLength())
        .isEqualTo(67_108_864);
    assertThat(FILE.maxBytes(1024).keep(0).keep(10_000).maxAge(Duration.ZERO).mode(0777).mode(0))
        .isEqualTo(FILE.keep(10_000).maxBytes(1024).mode(0));
    assertThat(PROBE.failures(1, 1, 1).failedAfter()).isEqualTo(1);
    assertThat(OPTIONS.replay(1000).replay()).isEqualTo(1000);
    assertThat(StopSequence.graceful(Duration.ZERO).steps()).hasSize(1);
  }

  @Test
  void eachChangeOfARotatingFileKeepsTheOthers() {
    var changed =
        FILE.maxBytes(2048)
            .keep(1)
            .maxAge(Duration.ofHours(1))
            .keepFor(Duration.ofDays(1))
            .compressed()
            .only(StdStream.STDERR)
            .prefix(RotatingFile.Prefix.STREAM, RotatingFile.Prefix.TIME)
            .owner("root")
            .group("adm")
            .mode(0640);
    assertThat(changed)
        .returns(FILE.path(), RotatingFile::path)
        .returns(2048L, RotatingFile::maxBytes)
        .returns(1, RotatingFile::keep)
        .returns(Duration.ofHours(1), RotatingFile::maxAge)
        .returns(Duration.ofDays(1), RotatingFile::keepFor)
        .returns(true, RotatingFile::compress)
        .returns(Set.of(StdStream.STDERR), RotatingFile::streams)
        .returns(Optional.of("root"), RotatingFile::owner)
        .returns(Optional.of("adm"), RotatingFile::group)
        .returns(OptionalInt.of(0640), RotatingFile::mode);
    assertThat(changed.prefix())
        .containsExactly(RotatingFile.Prefix.TIME, RotatingFile.Prefix.STREAM);
    assertThat(FILE.streams()).containsExactly(StdStream.STDOUT, StdStream.STDERR);
    assertThat(FILE.prefix()).isEmpty();
  }

  @Test
  void eachChangeOfOutputSettingsKeepsTheOthers() {
    var sinks = new ArrayList<String>();
    var changed =
        OUTPUT
            .charset(StandardCharsets.UTF_16LE)
            .retainedLines(7)
            .maxLineLength(17)
            .toLog()
            .toEvents()
            .drainQuiet(Duration.ofMillis(1))
            .toFile(FILE)
            .sink((process, _) -> sinks.add(process));
    assertThat(changed)
        .returns(StandardCharsets.UTF_16LE, OutputSettings::charset)
        .returns(7, OutputSettings::retainedLines)
        .returns(17, OutputSettings::maxLineLength)
        .returns(true, OutputSettings::log)
        .returns(true, OutputSettings::events)
        .returns(Duration.ofMillis(1), OutputSettings::drainQuiet)
        .returns(List.of(FILE), OutputSettings::files);
    assertThat(changed.sinks()).hasSize(1);
    assertThat(OUTPUT).isEqualTo(OutputSettings.ofDefaults());
    assertThatThrownBy(() -> changed.sinks().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void eachChangeOfAProbeKeepsTheOthers() {
    var second = Duration.ofSeconds(1);
    assertThat(
            PROBE
                .initialDelay(second)
                .interval(second.multipliedBy(2))
                .fastInterval(second.multipliedBy(3))
                .jitter(0.5)
                .timeout(second.multipliedBy(4))
                .successes(5)
                .failures(6, 7, 8))
        .isEqualTo(
            new Probe(
                PROBE.check(),
                second,
                second.multipliedBy(2),
                second.multipliedBy(3),
                0.5,
                second.multipliedBy(4),
                5,
                6,
                7,
                8));
  }

  @Test
  void theStepsOfAStopSequenceKeepTheirOrder() {
    var argv = new String[] {"ctl", "stop"};
    var sequence =
        StopSequence.kill()
            .write("quit\n", Duration.ofSeconds(1))
            .run(Duration.ofSeconds(2), argv)
            .signal(Signal.INT, Duration.ofSeconds(3));
    argv[0] = "changed";
    assertThat(sequence.steps())
        .containsExactly(
            new StopSequence.Step.Write("quit\n", Duration.ofSeconds(1)),
            new StopSequence.Step.Run(List.of("ctl", "stop"), Duration.ofSeconds(2)),
            new StopSequence.Step.Send(Signal.INT, Duration.ofSeconds(3)));
    assertThat(StopSequence.kill().steps()).isEmpty();
    assertThat(StopSequence.ofDefaults()).isEqualTo(StopSequence.graceful(Duration.ofSeconds(10)));
  }

  @Test
  void theListsOfAReportCannotBeChangedFromOutside() {
    var evidence = new ArrayList<>(List.of("line"));
    var diagnosis = new Diagnosis(Diagnosis.Kind.FAILED, "it failed", evidence);
    evidence.clear();
    assertThat(diagnosis.evidence()).containsExactly("line");
    var survivors = new ArrayList<>(List.of(7L));
    var report =
        new ExitReport(
            new ProcessId("web", 2),
            1,
            java.util.Optional.of(new ExitStatus.Exited(3)),
            false,
            false,
            Duration.ZERO,
            List.of(),
            false,
            survivors,
            List.of(),
            diagnosis,
            java.util.Optional.empty(),
            java.util.Optional.empty());
    survivors.clear();
    assertThat(report.survivors()).containsExactly(7L);
    assertThat(report.describe()).isEqualTo("exit code 3: it failed");
    assertThat(report.id()).hasToString("web#2");
  }

  @Test
  void aCheckMadeOfAQuestionFailsWithWordsUntilTheAnswerIsYes() throws Exception {
    assertThat(HealthCheck.of("file is there", () -> true).check(null).isGood()).isTrue();
    var failing = HealthCheck.of("file is there", () -> false);
    assertThat(failing.describe()).isEqualTo("file is there");
    assertThat(failing.check(null)).isEqualTo(HealthResult.failing("file is there: not yet"));
  }

  @Test
  void withoutAnEngineTheErrorSaysWhatToAdd() {
    assertThatThrownBy(ProcessManager::create)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("procman-core");
  }

  @Test
  void messagesOfTheRegistryNameWhatThereIs() {
    assertThat(RegistryException.unknown("wbe", List.of("web", "db")))
        .hasMessageContainingAll("wbe", "web, db");
    assertThat(RegistryException.inUse("db", List.of("web"))).hasMessageContainingAll("db", "web");
    assertThat(RegistryException.duplicate("web")).hasMessageContainingAll("web", "update()");
    assertThat(DependencyException.unknown("web", "bd", List.of("web", "db")))
        .hasMessageContainingAll("web", "bd", "web, db");
    assertThat(DependencyException.cycle(List.of("a", "b", "a")))
        .hasMessageContaining("a -> b -> a");
  }
}
