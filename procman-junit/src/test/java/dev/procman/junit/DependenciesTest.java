package dev.procman.junit;

import static dev.procman.junit.Seen.sleeper;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.ManagedProcess;
import dev.procman.OutputLine;
import dev.procman.ProcessSpec;
import dev.procman.junit.Supervised.Scope;
import dev.procman.spi.HealthCheck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DependenciesTest {

  static class Across {
    @Supervised(scope = Scope.SESSION)
    static final ProcessSpec DB =
        sleeper("db").toBuilder().port("sql").readyWithoutListening("sql").build();

    @Supervised
    static final ProcessSpec CACHE =
        sleeper("cache").toBuilder()
            .port("tcp")
            .readyWithoutListening("tcp")
            .dependsOn("db")
            .build();

    @Supervised
    final ProcessSpec spec =
        ProcessSpec.named("app")
            .shell(
                "echo ${port.db:sql} $CACHE; echo '$${port.db:sql}' $SECRET; cat app.conf; exec sleep 1000")
            .env("CACHE", "${port.cache:tcp}/${port.own}")
            .secretEnv("SECRET", "s${port.db:sql}")
            .directory("${dir.work}")
            .file("app.conf", "db=${port.db:sql}, $${port.db:sql}\n")
            .port("own")
            .readyWithoutListening("own")
            .dependsOn("db")
            .dependsOn("cache")
            .build();

    @Test
    void portsOfWiderScopesAreFilledIn(
        @Supervised ManagedProcess db,
        @Supervised ManagedProcess cache,
        @Supervised ManagedProcess app) {
      Seen.running(db);
      int sql = db.port("sql");
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() ->
              assertThat(app.output().lines())
                  .extracting(OutputLine::text)
                  .containsExactly(
                      sql + " " + cache.port("tcp") + "/" + app.port("own"),
                      "${port.db:sql} s" + sql,
                      "db=" + sql + ", ${port.db:sql}"));
      assertThat(app.spec().environment().secrets()).containsExactly("SECRET");
    }
  }

  @Test
  void aProcessMayUseThoseOfWiderScopes() {
    assertThat(Seen.by(Across.class)).hasSize(1);
  }

  static class InOrder {
    @Supervised
    static final ProcessSpec APP =
        ProcessSpec.named("app")
            .command("sh", "-c", "echo db has ${port.db:sql}; exec sleep 1000")
            .dependsOn("db")
            .build();

    @Supervised
    static final ProcessSpec DB =
        sleeper("db").toBuilder().port("sql").readyWithoutListening("sql").build();

    @Test
    void portsOfTheSameScopeAreFilledIn(
        @Supervised("db") ManagedProcess db, @Supervised("app") ManagedProcess app) {
      Seen.running(app);
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() ->
              assertThat(app.output().lines())
                  .extracting(OutputLine::text)
                  .containsExactly("db has " + db.port("sql")));
    }
  }

  @Test
  void aProcessStartsAfterThoseOfItsScopeThatItDependsOn() {
    assertThat(Seen.by(InOrder.class)).hasSize(1);
  }

  static class Together {
    private static final Path MEETING = meeting();

    @Supervised static final ProcessSpec LEFT = waiting("left", "right");
    @Supervised static final ProcessSpec RIGHT = waiting("right", "left");

    private static Path meeting() {
      try {
        return Files.createTempDirectory("together");
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }

    /// Ready only when the other runs.
    private static ProcessSpec waiting(String name, String other) {
      return ProcessSpec.named(name)
          .command("sh", "-c", "touch " + name + "; exec sleep 1000")
          .directory(MEETING)
          .ready(HealthCheck.of(other + " runs", () -> Files.exists(MEETING.resolve(other))))
          .build();
    }

    @Test
    void meet(@Supervised("left") ManagedProcess left) throws IOException {
      Seen.running(left);
      Files.delete(MEETING.resolve("left"));
      Files.delete(MEETING.resolve("right"));
      Files.delete(MEETING);
    }
  }

  @Test
  void thoseThatDoNotDependOnEachOtherStartTogether() {
    assertThat(Seen.by(Together.class)).hasSize(1);
  }
}
