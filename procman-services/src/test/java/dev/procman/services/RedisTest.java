package dev.procman.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.procman.ExitStatus;
import dev.procman.ManagedProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedisTest extends ServiceTest {

  private static String ask(ManagedProcess redis, String... words) throws Exception {
    var command = new ArrayList<>(List.of("redis-cli", "-p"));
    command.add(String.valueOf(redis.port(Redis.PORT)));
    command.addAll(List.of(words));
    return run(command);
  }

  @Test
  void itAnswersAndLeavesNothing() throws Exception {
    var redis = ready(Redis.named("cache").spec());
    assertThat(ask(redis, "SET", "tea", "green")).isEqualTo("OK");
    assertThat(ask(redis, "GET", "tea")).isEqualTo("green");
    assertThat(Redis.uri(redis)).hasToString("redis://127.0.0.1:" + redis.port(Redis.PORT));
    var directory = Path.of(ask(redis, "CONFIG", "GET", "dir").lines().toList().getLast());
    assertThat(directory).isEmptyDirectory();

    assertThat(redis.stop().orElseThrow().status()).contains(new ExitStatus.Exited(0));
    redis.remove();
    assertThat(directory).doesNotExist();
  }

  @Test
  void settingsAreTheServers() throws Exception {
    var redis =
        ready(Redis.named("cache").setting("maxmemory", "64mb").setting("databases", "3").spec());
    assertThat(ask(redis, "CONFIG", "GET", "maxmemory")).endsWith("67108864");
    assertThat(ask(redis, "CONFIG", "GET", "databases")).endsWith("3");
    assertThat(ask(redis, "CONFIG", "GET", "save").strip()).isEqualTo("save");
  }

  @Test
  void aPasswordIsNoReasonNotToBeReady() throws Exception {
    var redis = ready(Redis.named("cache").setting("requirepass", "open$$esame").spec());
    assertThat(ask(redis, "-a", "open$esame", "--no-auth-warning", "PING")).isEqualTo("PONG");
  }

  @Test
  void aMissingServerIsNamed() {
    var redis = manager.start(Redis.named("cache").binary(temp.resolve("redis")).spec());
    assertThatThrownBy(() -> redis.awaitReady(LIMIT))
        .hasMessageContaining(temp.resolve("redis").toString());
  }
}
