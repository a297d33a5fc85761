package dev.procman.benchmarks;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/// Runs benchmarks and prints their tables. Arguments: names of benchmarks (all when there are
/// none), `--quick`, `--markdown`, `--list`.
public final class Benchmarks {
  private Benchmarks() {}

  static List<Benchmark> all() {
    return List.of(
        StartAndExit.benchmark(),
        SupervisionBenchmark.benchmark(),
        SpawnThroughput.benchmark(),
        ExitNotice.benchmark(),
        CrashRestart.benchmark(),
        EventBusBenchmark.benchmark(),
        DecodeBenchmark.benchmark(),
        ChildOutput.benchmark(),
        Draining.benchmark(),
        new IdleChildren(),
        HealthProbeCost.benchmark(),
        HealthReady.benchmark(),
        new HealthIdle(),
        HealthAllocation.benchmark(),
        DatabaseReady.benchmark(),
        RedisReady.benchmark(),
        ExtensionOverhead.benchmark(),
        ResourceSampling.benchmark(),
        WatchBenchmark.benchmark(),
        ConfigLoad.benchmark());
  }

  static Benchmark named(String name) {
    return all().stream()
        .filter(benchmark -> benchmark.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException("no benchmark '" + name + "'; there are " + names()));
  }

  private static List<String> names() {
    return all().stream().map(Benchmark::name).toList();
  }

  /// Runs.
  public static void main(String[] args) throws Exception {
    var options = List.of(args).stream().filter(argument -> argument.startsWith("--")).toList();
    var chosen = new ArrayList<>(List.of(args));
    chosen.removeAll(options);
    for (var option : options) {
      if (!List.of("--quick", "--markdown", "--list").contains(option)) {
        System.err.println("unknown option " + option + "; use --quick, --markdown or --list");
        System.exit(2);
      }
    }
    if (options.contains("--list")) {
      all().forEach(benchmark -> System.out.println(benchmark.name() + ": " + benchmark.title()));
      return;
    }
    var benchmarks = chosen.isEmpty() ? all() : chosen.stream().map(Benchmarks::named).toList();
    boolean markdown = options.contains("--markdown");
    var effort = options.contains("--quick") ? Effort.QUICK : Effort.FULL;
    long begun = System.nanoTime();
    System.out.println(machine() + (effort == Effort.QUICK ? ", quick run" : "") + "\n");
    for (var benchmark : benchmarks) {
      var samples = new Samples();
      benchmark.run(effort, samples);
      System.out.println(
          markdown ? Report.markdown(benchmark, samples) : Report.text(benchmark, samples));
    }
    System.out.println("took " + Duration.ofNanos(System.nanoTime() - begun).toSeconds() + " s");
  }

  private static String machine() {
    return "%s, %d cores, %s, %s %s"
        .formatted(
            LocalDate.now(),
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.name"),
            System.getProperty("java.vendor.version"),
            System.getProperty("java.vm.name"));
  }
}
