package dev.procman.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.ExitStatus;
import dev.procman.InvalidSpecException;
import dev.procman.ManagedProcess;
import dev.procman.OutputLine;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessSpec;
import dev.procman.Signal;
import dev.procman.spi.RestartPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PostgresTest extends ServiceTest {

  private static List<String> psql(ManagedProcess process, String user, String db, String sql) {
    return List.of(
        "psql",
        "--no-psqlrc",
        "--no-align",
        "--tuples-only",
        "--host=127.0.0.1",
        "--port=" + process.port(Postgres.PORT),
        "--username=" + user,
        "--dbname=" + db,
        "--command=" + sql);
  }

  private static String sql(ManagedProcess process, String sql) throws Exception {
    return run(psql(process, "postgres", "postgres", sql));
  }

  private static List<String> said(ManagedProcess process) {
    return process.output().lines().stream().map(OutputLine::text).toList();
  }

  @Test
  void itIsReadyForQuestionsAndLeavesNothing() throws Exception {
    var process = ready(Postgres.named("db").spec());
    assertThat(sql(process, "select 6 * 7")).isEqualTo("42");
    assertThat(Postgres.jdbcUrl(process))
        .isEqualTo(
            "jdbc:postgresql://127.0.0.1:"
                + process.port(Postgres.PORT)
                + "/postgres?user=postgres");
    var data = Path.of(sql(process, "show data_directory"));
    assertThat(data).isDirectory();
    process.remove();
    assertThat(data).doesNotExist();
  }

  @Test
  void itNeverRunsAsRoot() throws Exception {
    int self = user(Path.of("/proc/self"));
    var process = ready(Postgres.named("db").spec());
    var asNobody = ready(Postgres.named("nobodys").runAs("nobody").spec());
    if (self == 0) {
      assertThat(userOf(process)).isNotZero();
      assertThat(userOf(asNobody)).isEqualTo(Integer.parseInt(run(List.of("id", "-u", "nobody"))));
    } else {
      assertThat(List.of(userOf(process), userOf(asNobody))).containsOnly(self);
    }
    assertThat(sql(asNobody, "select 1")).isEqualTo("1");
  }

  @Test
  void userDatabaseAndScriptArePartOfTheTemplate() throws Exception {
    var spec =
        Postgres.named("db")
            .user("shop_owner")
            .database("shop")
            .script(
                """
                create table item(name text, price int);
                -- A comment; with a semicolon.

                insert into item values ('tea; green', 3), ('$$ ${port.sql}', 5);

                create function total() returns bigint language sql as 'select sum(price) from item'
                """)
            .spec();
    var process = ready(spec);
    assertThat(run(psql(process, "shop_owner", "shop", "select total()"))).isEqualTo("8");
    assertThat(run(psql(process, "shop_owner", "shop", "select name from item order by price")))
        .isEqualTo("tea; green\n$$ ${port.sql}");
    assertThat(Postgres.jdbcUrl(process)).endsWith("/shop?user=shop_owner");

    // Instances share a template and nothing else.
    run(psql(process, "shop_owner", "shop", "delete from item"));
    var other = ready(spec.toBuilder().name("other").build());
    assertThat(run(psql(other, "shop_owner", "shop", "select total()"))).isEqualTo("8");
  }

  @Test
  void aBrokenScriptFailsTheStartInTheServersWords() {
    var process = manager.start(Postgres.named("db").script("create tabel item(name text)").spec());
    assertThatThrownBy(() -> process.awaitReady(LIMIT))
        .isInstanceOf(ProcessNotReadyException.class)
        .hasMessageContainingAll("no PostgreSQL template could be made", "syntax error", "tabel");
  }

  @Test
  void aScriptThatFailsInItsMiddleMakesNoTemplate() {
    var postgres = Postgres.named("db").script("create table a();\n\nselect 1/0;\n\nselect 2");
    for (String name : List.of("first", "second")) {
      var process = manager.start(postgres.spec().toBuilder().name(name).build());
      assertThatThrownBy(() -> process.awaitReady(LIMIT)).hasMessageContaining("division by zero");
    }
  }

  @Test
  void settingsAreTheServers() throws Exception {
    var process =
        ready(
            Postgres.named("db")
                .setting("work_mem", "7MB")
                .setting("application_name", "a $$b on ${port.sql}")
                .spec());
    assertThat(sql(process, "show work_mem")).isEqualTo("7MB");
    assertThat(sql(process, "show fsync")).isEqualTo("off");
    assertThat(sql(process, "show full_page_writes")).isEqualTo("off");
    var durable = ready(Postgres.named("durable").durable().spec());
    assertThat(sql(durable, "show fsync")).isEqualTo("on");
    assertThat(sql(durable, "show synchronous_commit")).isEqualTo("on");
    assertThat(sql(durable, "show full_page_writes")).isEqualTo("on");
  }

  @Test
  void aServerThatIsKilledComesBackWithItsData() throws Exception {
    var process =
        ready(Postgres.named("db").spec().toBuilder().restart(RestartPolicy.onFailure()).build());
    sql(process, "create table kept as select 7 as number");
    int port = process.port(Postgres.PORT);
    assertThat(process.signal(Signal.KILL)).isTrue();
    await()
        .atMost(LIMIT)
        .until(
            () -> process.generation() == 2 && process.snapshot().state().name().equals("RUNNING"));
    assertThat(process.port(Postgres.PORT)).isEqualTo(port);
    assertThat(sql(process, "select number from kept")).isEqualTo("7");
  }

  @Test
  void aDataDirectoryOfYourOwnIsKept() throws Exception {
    // The server's user must be able to come to it.
    var parent =
        Files.createDirectory(
            Path.of(
                System.getProperty("java.io.tmpdir"), "pg $own-" + ProcessHandle.current().pid()),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    var spec = Postgres.named("db").dataDirectory(parent.resolve("data")).spec();
    try {
      var process = ready(spec);
      sql(process, "create table kept as select 7 as number");
      process.remove();
      assertThat(parent.resolve("data/PG_VERSION")).isRegularFile();

      assertThat(sql(ready(spec), "select number from kept")).isEqualTo("7");
    } finally {
      manager.stopAll();
      run(List.of("rm", "-r", parent.toString()));
    }
  }

  @Test
  void aDatabaseThatIsNotInADirectoryOfYourOwnIsNeverReady() throws Exception {
    var parent =
        Files.createDirectory(
            Path.of(
                System.getProperty("java.io.tmpdir"), "pg-lacks-" + ProcessHandle.current().pid()),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    var own = Postgres.named("db").dataDirectory(parent.resolve("data"));
    try {
      ready(own.spec()).remove();
      var process = manager.start(own.database("shop").spec());
      await()
          .atMost(LIMIT)
          .untilAsserted(() ->
              assertThat(process.probes())
                  .anySatisfy(probe ->
                      assertThat(probe.message()).contains("database \"shop\" does not exist")));
      assertThat(process.snapshot().state().name()).isEqualTo("STARTING");
    } finally {
      manager.stopAll();
      run(List.of("rm", "-r", parent.toString()));
    }
  }

  @Test
  void anotherServerOnItsPortDoesNotMakeItReady() throws Exception {
    var process =
        manager.start(Postgres.named("db").spec().toBuilder().command("sleep", "1000").build());
    await().atMost(LIMIT).until(() -> !process.snapshot().ports().isEmpty());
    int port = process.port(Postgres.PORT);
    try (var other = new ServerSocket(port, 50, InetAddress.ofLiteral("127.0.0.1"))) {
      Thread.ofVirtual().start(() -> welcomeAll(other));
      await()
          .atMost(LIMIT)
          .untilAsserted(() ->
              assertThat(process.probes())
                  .anySatisfy(probe ->
                      assertThat(probe.message())
                          .contains(
                              "port "
                                  + port
                                  + " is held by pid "
                                  + ProcessHandle.current().pid())));
      assertThat(process.snapshot().state().name()).isEqualTo("STARTING");
    }
  }

  private static void welcomeAll(ServerSocket server) {
    while (!server.isClosed()) {
      try (var socket = server.accept()) {
        socket.getInputStream().read();
        socket
            .getOutputStream()
            .write(new byte[] {'R', 0, 0, 0, 8, 0, 0, 0, 0, 'Z', 0, 0, 0, 5, 'I'});
        socket.getInputStream().readAllBytes();
      } catch (IOException closed) {
        // The next one, if there is one.
      }
    }
  }

  @Test
  void aDatabaseMayBeNamedLikeAWordOfSql() throws Exception {
    var process = ready(Postgres.named("db").user("user").database("order").spec());
    assertThat(run(psql(process, "user", "order", "select 1"))).isEqualTo("1");
  }

  @Test
  void aStopIsAFastShutdownThatEndsSessions() throws Exception {
    var process = ready(Postgres.named("db").spec());
    var session =
        new ProcessBuilder(psql(process, "postgres", "postgres", "select pg_sleep(1000)"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      await()
          .atMost(LIMIT)
          .until(() ->
              sql(process, "select count(*) from pg_stat_activity where query ~ '^select pg_sl'")
                  .equals("1"));
      var report = process.stop().orElseThrow();
      assertThat(report.status()).contains(new ExitStatus.Exited(0));
      assertThat(said(process))
          .anyMatch(line -> line.contains("received fast shutdown request"))
          .anyMatch(line -> line.contains("database system is shut down"))
          .noneMatch(line -> line.contains("another server process"));
      assertThat(session.waitFor(LIMIT)).isTrue();
    } finally {
      session.destroyForcibly();
    }
  }

  @Test
  void aSecondStartCopiesTheTemplateOfTheFirst() throws Exception {
    var postgres = Postgres.named("db").script("create table warm()");
    var process = ready(postgres.spec());
    var template = template(process.spec());
    var made = Files.getAttribute(template, "unix:ino");
    process.remove();
    assertThat(sql(ready(postgres.spec()), "select count(*) from warm")).isEqualTo("0");
    assertThat(Files.getAttribute(template, "unix:ino")).isEqualTo(made);
  }

  private static Path template(ProcessSpec spec) {
    return Path.of(spec.command().argv().get(4));
  }

  /// Runs a server until the end of its input.
  static final class Host {
    private Host() {}

    public static void main(String[] arguments) throws Exception {
      try (var manager = dev.procman.ProcessManager.create()) {
        var process = manager.start(Postgres.named("db").spec());
        process.awaitReady(LIMIT);
        System.out.println("answers " + sql(process, "select 6 * 7"));
        while (System.in.read() >= 0) {
          // Not yet.
        }
      }
      System.out.println("over");
    }
  }

  @Test
  void severalJvmsThatStartTheFirstServerTogetherMakeOneTemplate() throws Exception {
    var cache = temp.resolve("cache");
    for (int i = 0; i < 3; i++) {
      manager.start(
          JavaProcess.of(Host.class)
              .options("-XX:TieredStopAtLevel=1")
              .named("jvm" + i)
              .env("XDG_CACHE_HOME", cache.toString())
              .build());
    }
    for (var jvm : manager.processes()) {
      await().atMost(LIMIT).until(() -> said(jvm).contains("answers 42"));
    }
    try (var made = Files.list(cache.resolve("procman"))) {
      assertThat(made.filter(Files::isDirectory))
          .singleElement()
          .satisfies(one -> assertThat(one.resolve("PG_VERSION")).isRegularFile());
    }
    for (var jvm : manager.processes()) {
      jvm.input().close();
      assertThat(jvm.awaitExit(LIMIT).success()).as("%s", said(jvm)).isTrue();
    }
  }

  @Test
  void aTemplateThatIsGivenUpLeavesNothing() throws Exception {
    var postgres = Postgres.named("db").script("select pg_sleep(1000)");
    var process = manager.start(postgres.spec());
    var sleeping =
        await()
            .atMost(LIMIT)
            .until(
                () ->
                    ProcessHandle.current()
                        .descendants()
                        .filter(child ->
                            child.info().commandLine().orElse("").contains("/postgres --single"))
                        .filter(child -> !child.children().findAny().isPresent())
                        .toList(),
                found -> !found.isEmpty())
            .getFirst();
    process.stop();
    assertThat(sleeping.onExit()).succeedsWithin(LIMIT);
    assertThat(template(postgres.spec())).doesNotExist();
    await().atMost(LIMIT).until(() -> leftBeside(template(postgres.spec())).isEmpty());
  }

  /// What was made for a template and did not become one.
  private static List<String> leftBeside(Path template) throws IOException {
    try (var files = Files.list(template.getParent())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(template.getFileName() + "."))
          .filter(name -> name.endsWith(".new"))
          .toList();
    }
  }

  @Test
  void aTemplateThatAnotherHasMadeMeanwhileStaysAsItIs() throws Exception {
    var target = Files.createDirectory(temp.resolve("template"));
    Files.writeString(target.resolve("PG_VERSION"), "the other's");
    var bin = Executables.require("postgres", "postgresql").toAbsolutePath().getParent();
    var command =
        List.of("/bin/sh", "-c", Scripts.read("postgres-template.sh"), "t", target.toString());
    var more =
        List.of(user(Path.of("/proc/self")) == 0 ? "postgres" : "", bin.toString(), "a", "b", "");
    run(Stream.concat(command.stream(), more.stream()).toList());
    try (var files = Files.list(target)) {
      assertThat(files).containsExactly(target.resolve("PG_VERSION"));
    }
    assertThat(leftBeside(target)).isEmpty();
  }

  @Test
  void aMissingServerNamesThePlaceAndTheRemedy() {
    var process = manager.start(Postgres.named("db").binaries(temp.resolve("no")).spec());
    assertThatThrownBy(() -> process.awaitReady(LIMIT))
        .hasMessageContaining(temp.resolve("no") + "/initdb");
  }

  @Test
  void namesThatWouldNeedQuotingAreRefused() {
    assertThatThrownBy(() -> Postgres.named("db").user("a'b"))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("postgres.user");
    assertThatThrownBy(() -> Postgres.named("db").database("Shop; drop"))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("postgres.database");
    assertThatThrownBy(() -> Postgres.named("db").runAs("-x"))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("postgres.runAs");
  }
}
