package dev.procman.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// That the benchmarks still run and yield figures; never how fast.
@Tag("long")
class BenchmarksTest {
  static Stream<String> names() {
    return Benchmarks.all().stream().map(Benchmark::name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void eachYieldsFiguresForAllItsContestantsAndTargets(String name) throws Exception {
    var benchmark = Benchmarks.named(name);
    var samples = new Samples();
    benchmark.run(Effort.SMOKE, samples);

    assertThat(samples.cases()).isNotEmpty();
    assertThat(samples.cases().values())
        .allSatisfy(contestants ->
            assertThat(contestants.values())
                .isNotEmpty()
                .allSatisfy(series ->
                    assertThat(series.values())
                        .isNotEmpty()
                        .allSatisfy(value -> assertThat(value).isFinite().isNotNegative())));
    var text = Report.text(benchmark, samples);
    var markdown = Report.markdown(benchmark, samples);
    samples
        .cases()
        .forEach((of, contestants) -> {
          assertThat(text).contains(of.name());
          assertThat(markdown).contains(contestants.keySet());
        });
    assertThat(text.lines().filter(line -> line.contains("target: ")))
        .hasSameSizeAs(benchmark.targets());
  }
}
