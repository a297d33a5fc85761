package dev.procman.services;

import dev.procman.ManagedProcess;
import dev.procman.Probe;
import dev.procman.ProcessSpec;
import dev.procman.health.HealthChecks;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A Redis server on a leased port of 127.0.0.1, without persistence, in a directory of its own
/// that is deleted with the process. Ready when it answers PING, be it by asking for a password.
/// Immutable.
///
/// @param name of the process
/// @param binary the server; found on the machine when empty
/// @param settings directives of redis.conf, given on the command line
public record Redis(String name, Optional<Path> binary, Map<String, String> settings) {
  /// The name of its port.
  public static final String PORT = "redis";

  /// Copies the settings.
  public Redis {
    settings = Map.copyOf(settings);
  }

  /// A server with the defaults above.
  public static Redis named(String name) {
    return new Redis(name, Optional.empty(), Map.of("save", "", "appendonly", "no"));
  }

  /// With that server program.
  public Redis binary(Path program) {
    return new Redis(name, Optional.of(program), settings);
  }

  /// With a directive of redis.conf, for example `maxmemory`, `64mb`; templates are filled in, `$$`
  /// is a dollar sign.
  public Redis setting(String directive, String value) {
    var more = new TreeMap<>(settings);
    more.put(directive, value);
    return new Redis(name, binary, more);
  }

  /// The specification.
  ///
  /// @throws dev.procman.LaunchException when there is no Redis on the machine
  public ProcessSpec spec() {
    var program = binary.orElseGet(() -> Executables.require("redis-server", "redis-server"));
    var command = new ArrayList<String>();
    command.addAll(
        List.of(program.toString(), "--port", "${port." + PORT + "}", "--bind", "127.0.0.1"));
    command.addAll(List.of("--dir", "${data." + PORT + "}", "--daemonize", "no"));
    new TreeMap<>(settings)
        .forEach((directive, value) -> command.addAll(List.of("--" + directive, value)));
    return ProcessSpec.named(name)
        .command(command)
        .port(PORT)
        .ready(
            Probe.of(HealthChecks.tcp().port(PORT).send("PING\r\n").expect("\\+PONG|-NOAUTH"))
                .fastInterval(Duration.ofMillis(5)))
        .build();
  }

  /// Its address, for example `redis://127.0.0.1:20123`.
  public static URI uri(ManagedProcess redis) {
    return URI.create("redis://127.0.0.1:" + redis.port(PORT));
  }
}
