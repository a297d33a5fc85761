package dev.procman.benchmarks;

import dev.procman.Probe;
import dev.procman.ProcessSpec;
import dev.procman.health.HealthChecks;
import java.time.Duration;

/// A program with children that do nothing, two probes each or none, which ask one nginx.
final class IdleProbes {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private IdleProbes() {}

  public static void main(String[] args) throws Exception {
    int children = Integer.parseInt(args[0]);
    boolean probed = args[2].equals("with");
    try (var managers = new Managers();
        var directory = new TemporaryDirectory()) {
      var meter = new IdleMeter();
      long begun = System.nanoTime();
      var web = managers.manager.start(NginxServer.in(directory.path).build());
      web.awaitReady(LIMIT);
      var check = HealthChecks.http("/").port(web.port("web")).anyOwner();
      var probe = Probe.of(check).interval(Duration.ofSeconds(1)).timeout(Duration.ofSeconds(10));
      for (int i = 0; i < children; i++) {
        var spec = ProcessSpec.named("child-" + i).command("sleep", "1000");
        managers.manager.start((probed ? spec.ready(probe).live(probe) : spec).build());
      }
      for (var process : managers.manager.processes()) {
        process.awaitReady(LIMIT);
      }
      meter.print(
          probed ? "procman, two probes each" : "procman, no probes",
          children,
          System.nanoTime() - begun,
          Long.parseLong(args[1]));
    }
  }
}
