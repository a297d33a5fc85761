package dev.procman.health;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.HealthStatus;
import dev.procman.LaunchSettings;
import dev.procman.Probe;
import dev.procman.ProcessManagerBuilder;
import dev.procman.ProcessSpec;
import dev.procman.ResourceMetric;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The examples of [HealthChecks]; what stands between the marks is shown in its documentation.
class HealthSnippetsTest extends HealthTest {
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "jwebserver").toString();

  @Override
  ProcessManagerBuilder settings(ProcessManagerBuilder builder) {
    return super.settings(builder)
        .sampler(
            new FakeSampler()
                .set(ResourceMetric.RESIDENT_MEMORY, 64 << 20)
                .set(ResourceMetric.CPU_USER_TIME, 0));
  }

  private void isReady(ProcessSpec.Builder spec) throws InterruptedException {
    var process = manager.start(spec.build());
    process.awaitReady(LIMIT);
    awaitHealth(process, HealthStatus.HEALTHY);
  }

  private ProcessSpec.Builder web() {
    return ProcessSpec.named("web")
        .command(JAVA, "-b", "127.0.0.1", "-p", "${port.http}", "-d", temp.toString())
        .port("http")
        .port("admin");
  }

  @Test
  void http() throws Exception {
    var spec = web();
    // @start region="http"
    spec.ready(
        HealthChecks.http("/")
            .port("http") // as named in the specification
            .status(200, 204)
            .body("Directory listing"));
    // @end
    isReady(spec);
  }

  @Test
  void tcp() throws Exception {
    var spec =
        ProcessSpec.named("redis")
            .command(
                Services.redis(), "--port", "${port.redis}", "--bind", "127.0.0.1", "--save", "")
            .directory(temp)
            .port("redis");
    // @start region="tcp"
    spec.ready(HealthChecks.tcp().send("PING\r\n").expect("^\\+PONG"));
    // @end
    isReady(spec);
  }

  @Test
  void output() throws Exception {
    var spec = sh("app", "echo 'Started in 1.5 s'; exec sleep 1000");
    // @start region="output"
    spec.ready(
        HealthChecks.output("Started in (?<seconds>[\\d.]+) s") // becomes evidence
            .onStdout()
            .forbidding("OutOfMemoryError"));
    // @end
    isReady(spec);
  }

  @Test
  void script() throws Exception {
    var spec = sh("app", "touch ready; exec sleep 1000").directory(temp);
    // @start region="script"
    spec.live(
        Probe.of(HealthChecks.script("test", "-e", "ready").code(1, HealthStatus.CRITICAL))
            .interval(ofSeconds(5))
            .timeout(ofSeconds(2)));
    // @end
    isReady(spec);
  }

  @Test
  void resource() throws Exception {
    var spec = sleeper("app");
    // @start region="resource"
    long mib = 1024 * 1024;
    spec.live(
        HealthChecks.resource()
            .memory(512 * mib, 900 * mib) // warning, critical
            .cpu(0.8, 1.5) // in cores
            .sustainedFor(ofSeconds(30)));
    // @end
    isReady(spec);
  }

  @Test
  void file() throws Exception {
    var spec = sh("app", "while :; do touch heartbeat; sleep 0.1; done").directory(temp);
    // @start region="file"
    spec.live(HealthChecks.file("heartbeat").writtenSinceStart().heartbeat(ofSeconds(10)));
    // @end
    isReady(spec);
  }

  @Test
  void process() throws Exception {
    var spec = sleeper("app");
    // @start region="process"
    spec.ready(HealthChecks.process().minimum(ofMillis(500)));
    // @end
    isReady(spec);
  }

  @Test
  void all() throws Exception {
    var spec = sh("app", "echo 'cache is warm'; touch app.sock; exec sleep 1000").directory(temp);
    // @start region="all"
    spec.ready(
        HealthChecks.all(HealthChecks.file("app.sock"), HealthChecks.output("cache is warm")));
    // @end
    isReady(spec);
  }

  @Test
  void any() throws Exception {
    var spec = web();
    // @start region="any"
    spec.ready(HealthChecks.any(HealthChecks.tcp().port("admin"), HealthChecks.tcp().port("http")));
    // @end
    isReady(spec);
  }

  @Test
  void not() throws Exception {
    var spec = sleeper("app").directory(temp);
    // @start region="not"
    spec.ready(HealthChecks.not(HealthChecks.file("maintenance")));
    // @end
    isReady(spec);
  }

  @Test
  void weighted() throws Exception {
    var spec = web();
    // @start region="weighted"
    spec.ready(
        HealthChecks.weighted()
            .add(3, HealthChecks.http("/").port("http"))
            .add(1, HealthChecks.tcp().port("admin")) // may be missing
            .shares(0.7, 0.5, 0.2)); // healthy, warning, critical from here
    // @end
    var process = manager.start(spec.build());
    process.awaitReady(LIMIT);
    assertThat(awaitVerdict(process, verdict -> verdict.status() == HealthStatus.HEALTHY).message())
        .startsWith("75 % of the weight passes");
  }

  @Test
  void notified() {
    var spec = sleeper("app");
    // @start region="notified"
    spec.launch(LaunchSettings.ofDefaults().withNotifications()).ready(HealthChecks.notified());
    // @end
    assertThat(spec.build().ready().orElseThrow().check().describe()).isEqualTo("notified");
  }

  @Test
  void watchdog() {
    var spec = sleeper("app");
    // @start region="watchdog"
    spec.launch(LaunchSettings.ofDefaults().withNotifications())
        .live(HealthChecks.watchdog(ofSeconds(30)));
    // @end
    assertThat(spec.build().environment().values()).containsEntry("WATCHDOG_USEC", "30000000");
  }
}
