package dev.procman.services;

import dev.procman.Hook;
import dev.procman.InvalidSpecException;
import dev.procman.ManagedProcess;
import dev.procman.Probe;
import dev.procman.ProcessSpec;
import dev.procman.Signal;
import dev.procman.StopSequence;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// A PostgreSQL server on a leased port of 127.0.0.1. Ready when it lets the user into the
/// database.
///
/// Its data directory is copied from a template that `initdb` makes once for each combination of
/// server, names and script, under `$XDG_CACHE_HOME/procman` or `~/.cache/procman`; so a start
/// costs a copy and not an `initdb`. It survives restarts and is deleted with the process. By
/// default it is fast (`fsync=off`): what was committed survives a crash of the server, and not one
/// of the machine.
///
/// The server refuses to run as root: a JVM that is root has it run as the user `postgres`, or
/// `nobody`, by setpriv(1).
///
/// Immutable; begin at [#named(String)].
///
/// @param name of the process
/// @param binaries the directory of `postgres` and `initdb`; found on the machine when empty
/// @param user the superuser of the server, who needs no password from 127.0.0.1
/// @param database the database
/// @param script SQL that is run in the database when the template is made
/// @param settings parameters of postgresql.conf
/// @param directory a data directory of your own, kept after the end; made from the template when
///   it is empty
/// @param runAs as which user of the system the server runs when this JVM is root
public record Postgres(
    String name,
    Optional<Path> binaries,
    String user,
    String database,
    String script,
    Map<String, String> settings,
    Optional<Path> directory,
    Optional<String> runAs) {
  /// The name of its port.
  public static final String PORT = "sql";

  static final String DATABASE_LABEL = "postgres.database";
  static final String USER_LABEL = "postgres.user";

  private static final Pattern PLAIN = Pattern.compile("[a-z_][a-z0-9_]{0,62}");
  private static final String RUN = Scripts.read("postgres-run.sh");

  /// Copies and checks the parts.
  ///
  /// @throws InvalidSpecException when a name is not plain
  public Postgres {
    settings = Map.copyOf(settings);
    requirePlain("postgres.user", user);
    requirePlain("postgres.database", database);
    runAs.ifPresent(account -> {
      if (account.isBlank() || account.startsWith("-")) {
        throw new InvalidSpecException("postgres.runAs", account, "name a user of the system");
      }
    });
  }

  private static void requirePlain(String field, String name) {
    if (!PLAIN.matcher(name).matches()) {
      throw new InvalidSpecException(
          field, name, "use small letters, digits and _, not a digit first, at most 63");
    }
  }

  /// A server with user and database `postgres`.
  public static Postgres named(String name) {
    var fast = Map.of("fsync", "off", "full_page_writes", "off");
    return new Postgres(
        name,
        Optional.empty(),
        "postgres",
        "postgres",
        "",
        fast,
        Optional.empty(),
        Optional.empty());
  }

  /// With the programs of that directory.
  public Postgres binaries(Path bin) {
    return new Postgres(name, Optional.of(bin), user, database, script, settings, directory, runAs);
  }

  /// With another superuser: small letters, digits and `_`.
  ///
  /// @throws InvalidSpecException when the name is not plain
  public Postgres user(String role) {
    return new Postgres(name, binaries, role, database, script, settings, directory, runAs);
  }

  /// With another database: small letters, digits and `_`.
  ///
  /// @throws InvalidSpecException when the name is not plain
  public Postgres database(String db) {
    return new Postgres(name, binaries, user, db, script, settings, directory, runAs);
  }

  /// Runs SQL in the database when the template is made, for example a schema; a start then costs
  /// no more than without.
  public Postgres script(String sql) {
    return new Postgres(name, binaries, user, database, sql, settings, directory, runAs);
  }

  /// With a parameter of postgresql.conf; templates are filled in, `$$` is a dollar sign.
  public Postgres setting(String parameter, String value) {
    var more = new TreeMap<>(settings);
    more.put(parameter, value);
    return new Postgres(name, binaries, user, database, script, more, directory, runAs);
  }

  /// Writes to disk what it confirms, as in production.
  public Postgres durable() {
    var fewer = new TreeMap<>(settings);
    List.of("fsync", "full_page_writes").forEach(fewer::remove);
    return new Postgres(name, binaries, user, database, script, fewer, directory, runAs);
  }

  /// With a data directory of your own, kept after the end; made from the template when it is
  /// empty.
  public Postgres dataDirectory(Path data) {
    return new Postgres(name, binaries, user, database, script, settings, Optional.of(data), runAs);
  }

  /// As which user of the system the server runs when this JVM is root; default `postgres`, or
  /// `nobody` where there is none.
  ///
  /// @throws InvalidSpecException when it is blank
  public Postgres runAs(String account) {
    return new Postgres(
        name, binaries, user, database, script, settings, directory, Optional.of(account));
  }

  /// The specification.
  ///
  /// @throws dev.procman.LaunchException when there is no PostgreSQL on the machine
  public ProcessSpec spec() {
    var bin =
        binaries.orElseGet(
            () -> Executables.require("postgres", "postgresql").toAbsolutePath().getParent());
    var account = account();
    var template = new PostgresTemplate(bin, user, database, script, account);
    var data = directory.map(Path::toString).map(text -> text.replace("$", "$$"));
    var command = new ArrayList<String>();
    command.addAll(List.of("/bin/sh", "-c", RUN.replace("$", "$$"), "postgres"));
    command.addAll(List.of(template.path().toString().replace("$", "$$"), account));
    command.add(data.orElse("${data.postgres}"));
    command.add(bin.resolve("postgres").toString().replace("$", "$$"));
    command.addAll(List.of("-h", "127.0.0.1", "-p", "${port." + PORT + "}", "-k", ""));
    new TreeMap<>(settings)
        .forEach((parameter, value) -> command.addAll(List.of("-c", parameter + "=" + value)));
    return ProcessSpec.named(name)
        .command(command)
        .port(PORT)
        .hook(Hook.Point.BEFORE_START, _ -> template.make())
        .ready(Probe.of(new PostgresReady(user, database)).fastInterval(Duration.ofMillis(10)))
        // A fast shutdown by the postmaster, which ends its own children (postgres(1)).
        .stop(
            StopSequence.kill()
                .signalLeader(Signal.INT, Duration.ofSeconds(10))
                .signalLeader(Signal.QUIT, Duration.ofSeconds(5)))
        .label(DATABASE_LABEL, database)
        .label(USER_LABEL, user)
        .build();
  }

  private String account() {
    return Privileges.isRoot()
        ? runAs.orElseGet(() -> Privileges.firstUser(List.of("postgres", "nobody")))
        : "";
  }

  /// The address for JDBC: `jdbc:postgresql://127.0.0.1:20123/postgres?user=postgres`.
  public static String jdbcUrl(ManagedProcess postgres) {
    var labels = postgres.spec().labels();
    return "jdbc:postgresql://127.0.0.1:%d/%s?user=%s"
        .formatted(
            postgres.port(PORT),
            labels.getOrDefault(DATABASE_LABEL, "postgres"),
            labels.getOrDefault(USER_LABEL, "postgres"));
  }
}
