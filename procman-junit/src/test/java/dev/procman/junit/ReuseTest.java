package dev.procman.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.procman.ManagedProcess;
import dev.procman.ProcessSpec;
import dev.procman.junit.Supervised.Scope;
import dev.procman.services.JavaProcess;
import dev.procman.services.Redis;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/// Runs in JVMs of their own, one after the other or together, of a user with a home of its own.
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReuseTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path home;
  private final List<Long> pids = new ArrayList<>();

  static class Remembering {
    @Supervised(scope = Scope.SESSION, reuse = true)
    static final ProcessSpec CACHE =
        Redis.named("cache").setting("databases", System.getProperty("databases", "1")).spec();

    @Test
    void counts(@Supervised ManagedProcess cache) throws IOException {
      var address = InetAddress.ofLiteral("127.0.0.1");
      try (var socket = new Socket(address, cache.port(Redis.PORT))) {
        socket.getOutputStream().write("INCR runs\r\n".getBytes(StandardCharsets.US_ASCII));
        var answer = new byte[16];
        int length = socket.getInputStream().read(answer);
        var count = new String(answer, 1, length - 3, StandardCharsets.US_ASCII);
        System.out.println("run " + cache.pid().orElseThrow() + " " + count);
      }
    }
  }

  /// A run of that class, which ends when its input does.
  static final class Run {
    private Run() {}

    public static void main(String[] arguments) throws Exception {
      var summary = new SummaryGeneratingListener();
      try (var session = LauncherFactory.openSession()) {
        session
            .getLauncher()
            .execute(
                LauncherDiscoveryRequestBuilder.request()
                    .selectors(Kit.selectors(Remembering.class))
                    .build(),
                summary);
        summary
            .getSummary()
            .getFailures()
            .forEach(failure -> System.out.println(failure.getException()));
        System.out.println("done");
        while (System.in.read() >= 0) {
          // Not yet.
        }
      }
    }
  }

  /// What a run has met.
  ///
  /// @param jvm the JVM of the run, which has its process until it is ended
  /// @param pid of the process
  /// @param count how many runs have used it
  private record Met(Process jvm, long pid, int count) {
    void end() throws Exception {
      jvm.getOutputStream().close();
      assertThat(jvm.waitFor(LIMIT)).isTrue();
    }

    boolean isAlive() {
      return KeptProcess.living(pid, Map.of()).isPresent();
    }
  }

  @BeforeEach
  void permit() throws IOException {
    Files.writeString(home.resolve(".procman.properties"), "junit.reuse=true\n");
  }

  @AfterEach
  void endAll() throws Exception {
    for (long pid : pids) {
      var left = KeptProcess.living(pid, Map.of());
      if (left.isPresent()) {
        left.get().end();
      }
    }
    var reuse = home.resolve("cache/procman/reuse");
    if (Files.isDirectory(reuse)) {
      try (Stream<Path> files = Files.list(reuse)) {
        for (var link : files.filter(Files::isDirectory).toList()) {
          Files.delete(link.toRealPath());
        }
      }
    }
  }

  private Met begin(Map<String, String> environment, String... options) throws Exception {
    var command =
        JavaProcess.of(Run.class)
            .options("-XX:TieredStopAtLevel=1", "-Duser.home=" + home)
            .options(options)
            .named("run")
            .build()
            .command()
            .argv();
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("CI");
    builder.environment().put("XDG_CACHE_HOME", home.resolve("cache").toString());
    builder.environment().putAll(environment);
    var jvm = builder.start();
    var said = new ArrayList<String>();
    var reader = jvm.inputReader(StandardCharsets.UTF_8);
    for (String line; (line = reader.readLine()) != null && !line.equals("done"); ) {
      said.add(line);
    }
    var words =
        said.stream().filter(line -> line.startsWith("run ")).findFirst().orElse("").split(" ");
    assertThat(words).as("%s", said).hasSize(3);
    var met = new Met(jvm, Long.parseLong(words[1]), Integer.parseInt(words[2]));
    pids.add(met.pid);
    return met;
  }

  private Met run(Map<String, String> environment, String... options) throws Exception {
    var met = begin(environment, options);
    met.end();
    return met;
  }

  @Test
  void theNextRunTakesUpTheProcessAsItWasLeft() throws Exception {
    var first = run(Map.of());
    assertThat(first.isAlive()).isTrue();
    assertThat(first.count).isEqualTo(1);

    assertThat(run(Map.of())).extracting(Met::pid, Met::count).containsExactly(first.pid, 2);
    assertThat(run(Map.of())).extracting(Met::pid, Met::count).containsExactly(first.pid, 3);
    assertThat(first.isAlive()).isTrue();
  }

  @Test
  void withoutTheUsersWordOrOnABuildServerItEndsWithTheRun() throws Exception {
    assertThat(run(Map.of("CI", "true")).isAlive()).isFalse();
    Files.writeString(home.resolve(".procman.properties"), "junit.reuse=false\n");
    assertThat(run(Map.of()).isAlive()).isFalse();
    Files.delete(home.resolve(".procman.properties"));
    assertThat(run(Map.of()).isAlive()).isFalse();
  }

  @Test
  void anotherSpecificationGetsAnotherProcessAndEndsTheOldOne() throws Exception {
    var first = run(Map.of());
    var second = run(Map.of(), "-Ddatabases=2");
    assertThat(second.pid).isNotEqualTo(first.pid);
    assertThat(second.count).isEqualTo(1);
    assertThat(second.isAlive()).isTrue();
    assertThat(first.isAlive()).isFalse();
  }

  @Test
  void whileOneRunHasItAnotherHasOneOfItsOwn() throws Exception {
    var first = begin(Map.of());
    var second = run(Map.of());
    assertThat(second.pid).isNotEqualTo(first.pid);
    assertThat(second.isAlive()).isFalse();
    first.end();
    assertThat(run(Map.of()).pid).isEqualTo(first.pid);
  }

  @Test
  void oneThatEndedMeanwhileIsReplaced() throws Exception {
    var first = run(Map.of());
    KeptProcess.living(first.pid, Map.of()).orElseThrow().end();
    var second = run(Map.of());
    assertThat(second.pid).isNotEqualTo(first.pid);
    assertThat(second.isAlive()).isTrue();
    assertThat(run(Map.of()).pid).isEqualTo(second.pid);
  }

  @Test
  void anIdThatBelongsToAnotherProcessNowIsNotTakenUp() throws Exception {
    var first = run(Map.of());
    KeptProcess.living(first.pid, Map.of()).orElseThrow().end();
    var stranger = new ProcessBuilder("sleep", "1000").start();
    try {
      var record = record();
      var written = new Properties();
      try (var reader = Files.newBufferedReader(record)) {
        written.load(reader);
      }
      Files.writeString(
          record, Files.readString(record).replace("pid=" + first.pid, "pid=" + stranger.pid()));
      assertThat(run(Map.of()).pid).isNotEqualTo(stranger.pid());
      assertThat(stranger.isAlive()).isTrue();
      assertThat(written).containsKeys("pid", "ticks", "port.redis");
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void aJvmThatIsKilledTakesItsProcessWithIt() throws Exception {
    var first = begin(Map.of());
    first.jvm.destroyForcibly();
    assertThat(first.jvm.waitFor(LIMIT)).isTrue();
    var second = run(Map.of());
    assertThat(second.pid).isNotEqualTo(first.pid);
    assertThat(first.isAlive()).isFalse();
  }

  private Path record() throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("cache/procman/reuse"))) {
      return files.filter(file -> file.toString().endsWith(".process")).findFirst().orElseThrow();
    }
  }

  static class TooNarrow {
    @Supervised(reuse = true)
    static final ProcessSpec SPEC = Seen.sleeper("any");

    @Test
    void wants() {}
  }

  @Test
  void onlyAProcessOfTheSessionMayBeReused() {
    assertThat(Kit.run(TooNarrow.class).failure())
        .isInstanceOf(ExtensionConfigurationException.class)
        .hasMessageContainingAll("TooNarrow.SPEC", "must be SESSION");
  }

  @Test
  void aProcessThatNeedsOthersIsNotReused() {
    var spec = Seen.sleeper("any").toBuilder().dependsOn("other").build();
    assertThatThrownBy(() -> ReusedProcess.open(spec, home))
        .isInstanceOf(ExtensionConfigurationException.class)
        .hasMessageContaining("'any' cannot be reused");
  }
}
