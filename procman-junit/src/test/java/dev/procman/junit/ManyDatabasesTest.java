package dev.procman.junit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import dev.procman.ManagedProcess;
import dev.procman.ProcessSpec;
import dev.procman.services.Postgres;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ManyDatabasesTest {
  private static final CountDownLatch ALL = new CountDownLatch(20);
  private static final Set<Integer> PORTS = ConcurrentHashMap.newKeySet();

  @TempDir Path output;

  abstract static class Own {
    @Supervised
    static final ProcessSpec SPEC = Postgres.named("db").setting("shared_buffers", "1MB").spec();

    @Test
    void allRunAtTheSameTime(@Supervised ManagedProcess db) throws Exception {
      Seen.running(db);
      PORTS.add(db.port(Postgres.PORT));
      ALL.countDown();
      assertThat(ALL.await(120, TimeUnit.SECONDS)).isTrue();
    }
  }

  static class C01 extends Own {}

  static class C02 extends Own {}

  static class C03 extends Own {}

  static class C04 extends Own {}

  static class C05 extends Own {}

  static class C06 extends Own {}

  static class C07 extends Own {}

  static class C08 extends Own {}

  static class C09 extends Own {}

  static class C10 extends Own {}

  static class C11 extends Own {}

  static class C12 extends Own {}

  static class C13 extends Own {}

  static class C14 extends Own {}

  static class C15 extends Own {}

  static class C16 extends Own {}

  static class C17 extends Own {}

  static class C18 extends Own {}

  static class C19 extends Own {}

  static class C20 extends Own {}

  @Test
  void twentyClassesWithADatabaseEachRunAtTheSameTime() {
    Seen.take();
    var kit =
        Kit.run(
            output,
            Kit.PARALLEL,
            C01.class,
            C02.class,
            C03.class,
            C04.class,
            C05.class,
            C06.class,
            C07.class,
            C08.class,
            C09.class,
            C10.class,
            C11.class,
            C12.class,
            C13.class,
            C14.class,
            C15.class,
            C16.class,
            C17.class,
            C18.class,
            C19.class,
            C20.class);
    assertThat(kit.failures()).isEmpty();
    assertThat(kit.succeeded()).isEqualTo(20);
    assertThat(PORTS).hasSize(20);
    assertThat(Seen.take()).hasSize(20).doesNotHaveDuplicates().noneMatch(Seen::isAlive);
  }
}
