package dev.procman.benchmarks;

import dev.procman.ProcessManager;
import dev.procman.config.ProcmanConfig;
import dev.procman.config.Projects;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// How long a large project takes from its text to specifications: read, merged, filled in,
/// checked, and made. Beside what the reader of YAML alone takes for the same text.
final class ConfigLoad {
  private static final int PROCESSES = 500;
  static final String CASE = PROCESSES + " processes, from text to specifications";
  private static final String READER = "snakeyaml-engine, maps and lists";
  private static final String PROCMAN = "procman";
  private static final String PLANNED = "procman, with the plan";

  private ConfigLoad() {}

  static Benchmark benchmark() {
    return new Forked(
        "config",
        "What a large configuration takes to load",
        List.of(Target.atMost(150, CASE, PROCMAN), Target.atMost(150, CASE, PLANNED)),
        ConfigLoad::play);
  }

  private static void play(Effort effort, Samples into) throws Exception {
    var text = text();
    var builder =
        ProcmanConfig.builder()
            .text("benchmark", text, Path.of("/srv"))
            .environment(Map.of("HOST", "localhost"));
    try (var manager = ProcessManager.create()) {
      play(effort, into, text, builder, Projects.on(manager));
    }
  }

  private static void play(
      Effort effort, Samples into, String text, ProcmanConfig.Builder builder, Projects projects)
      throws Exception {
    Turns.play(
        effort,
        40,
        20,
        new Samples.Case(CASE, Unit.MILLIS),
        List.of(
            new Contestant(
                READER,
                () ->
                    Contestant.millis(
                        () -> new Load(LoadSettings.builder().build()).loadFromString(text))),
            new Contestant(
                PROCMAN,
                () ->
                    Contestant.millis(() -> {
                      if (builder.load().project().specs().size() != PROCESSES) {
                        throw new IllegalStateException("some are missing");
                      }
                    })),
            new Contestant(
                PLANNED,
                () ->
                    Contestant.millis(() -> {
                      var plan = projects.plan(builder.load().project());
                      if (plan.changes().size() != PROCESSES) {
                        throw new IllegalStateException("some are missing");
                      }
                    }))),
        into);
  }

  private static String text() {
    var text =
        new StringBuilder(
            """
            defaults:
              restart: {policy: always, backoff: {first: 200ms, max: 10s}, limit: 5, window: 1m}
              labels: {team: shop}
            processes:
            """);
    for (int i = 0; i < PROCESSES; i++) {
      text.append(
          """
            worker-%d:
              command: worker --port ${port.http} --name "worker %d"
              working_dir: workers/%d
              environment:
                HOST: ${HOST}
                NUMBER: %d
              ports: [http]
              depends_on: %s
              readiness_probe:
                http_get: {path: /health, port: http}
                period: 2s
              output: {files: ["logs/${name}.log"], retained_lines: 200}
              resources: {limits: {memory: 512MiB}}
          """
              .formatted(i, i, i, i, i == 0 ? "[]" : "[worker-" + i / 2 + "]"));
    }
    return text.toString();
  }
}
