package dev.procman.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.health.HealthChecks;
import dev.procman.junit.LeakCheck;
import dev.procman.junit.ProcmanExtension;
import dev.procman.junit.RequiresExecutable;
import dev.procman.junit.Supervised;
import dev.procman.junit.Supervised.Scope;
import dev.procman.services.JavaProcess;
import dev.procman.services.Postgres;
import dev.procman.services.Redis;
import java.sql.DriverManager;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FixturesTest {

  @Nested
  class Scopes {
    // region junit-scopes
    @Supervised(scope = Scope.SESSION) // one for all classes that ask
    static final ProcessSpec DB = Postgres.named("db").spec();

    @Supervised // static: one for the class
    static final ProcessSpec CACHE = Redis.named("cache").spec();

    @Supervised // not static: one for each test
    final ProcessSpec spec = ProcessSpec.named("worker").command("sleep", "1000").build();

    @Supervised static ManagedProcess db;
    @Supervised ManagedProcess worker;

    @Test
    void asks(@Supervised("cache") ManagedProcess redis) throws Exception {
      try (var connection = DriverManager.getConnection(Postgres.jdbcUrl(db))) {
        assertThat(connection.isValid(5)).isTrue();
      }
      assertThat(redis.port(Redis.PORT)).isNotEqualTo(db.port(Postgres.PORT));
      assertThat(worker.pid()).isPresent();
    }
    // endregion
  }

  @Nested
  class Mortal {
    // region junit-may-end
    @Supervised(mayEnd = true)
    final ProcessSpec spec = ProcessSpec.named("worker").shell("read line; exit 3").build();

    // endregion

    @Test
    void itsEndIsPartOfTheTest(@Supervised ManagedProcess worker) throws Exception {
      worker.input().write("go\n");
      assertThat(worker.awaitExit(Duration.ofSeconds(20)).describe()).contains("exit code 3");
    }
  }

  @Nested
  class ByHand {
    // region junit-builder
    @RegisterExtension
    static final ProcmanExtension PROCMAN =
        ProcmanExtension.builder()
            .start(Redis.named("cache").spec())
            .start(
                ProcessSpec.named("worker")
                    .command("sleep", "1000")
                    .env("CACHE", "redis://127.0.0.1:${port.cache:redis}")
                    .dependsOn("cache")
                    .build())
            .build();

    @Test
    void startsOneMore(@Supervised ProcessManager manager) throws Exception {
      var more = manager.start(ProcessSpec.named("more").command("sleep", "1000").build());
      more.awaitReady(Duration.ofSeconds(10));
      assertThat(manager.find("worker")).isPresent();
    }
    // endregion
  }

  // region junit-checks
  @Nested
  @LeakCheck
  @RequiresExecutable(value = "redis-server", debianPackage = "redis-server")
  class NeedsRedis {
    @Test
    void leavesNothing() throws Exception {
      assertThat(new ProcessBuilder("redis-server", "--version").start().waitFor()).isZero();
    }
  }

  // endregion

  @Nested
  class Kept {
    // region junit-reuse
    @Supervised(scope = Scope.SESSION, reuse = true)
    static final ProcessSpec DB =
        Postgres.named("kept").script("create table item(name text, price int)").spec();

    // endregion

    @Test
    void isReady(@Supervised ManagedProcess kept) {
      assertThat(kept.port(Postgres.PORT)).isPositive();
    }
  }

  @Nested
  class Databases {
    // region junit-postgres
    @Supervised
    static final ProcessSpec DB =
        Postgres.named("db")
            .user("shop")
            .database("shop")
            .script("create table item(name text, price int)")
            .setting("max_connections", "20")
            .spec();

    // endregion

    @Test
    void hasItsTable(@Supervised ManagedProcess db) throws Exception {
      try (var connection = DriverManager.getConnection(Postgres.jdbcUrl(db));
          var statement = connection.createStatement()) {
        assertThat(statement.executeUpdate("insert into item values ('tea', 3)")).isEqualTo(1);
      }
    }
  }

  @Nested
  class Programs {
    // region junit-java
    @Supervised
    final ProcessSpec spec =
        JavaProcess.of(Shop.class)
            .options("-Xmx64m")
            .property("shop.name", "${name}")
            .arguments("${port.http}", "6379", "jdbc:postgresql://127.0.0.1/postgres")
            .debuggable()
            .named("shop")
            .port("http")
            .ready(HealthChecks.tcp().port("http"))
            .build();

    // endregion

    @Test
    void mayBeDebugged(@Supervised ManagedProcess shop) {
      assertThat(shop.port(JavaProcess.DEBUG_PORT)).isPositive();
    }
  }
}
