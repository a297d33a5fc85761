package dev.procman.health;

import dev.procman.InvalidSpecException;
import dev.procman.ManagedProcess;
import dev.procman.ProcessSpec;
import java.util.TreeSet;

/// Which port of a process is meant.
sealed interface PortRef {

  /// Rejects a specification that has no such port.
  default void validate(ProcessSpec spec) {}

  /// Its number now.
  int number(ManagedProcess process);

  /// For messages.
  String describe();

  /// The only port that the specification names.
  record Only() implements PortRef {
    @Override
    public void validate(ProcessSpec spec) {
      var ports = spec.ports().keySet();
      if (ports.size() != 1) {
        throw new InvalidSpecException(
            "health.port",
            "(none)",
            "process '"
                + spec.name()
                + "' names "
                + (ports.isEmpty() ? "no port" : "several ports, " + new TreeSet<>(ports))
                + "; say which one by port(name) or port(number)");
      }
    }

    @Override
    public int number(ManagedProcess process) {
      validate(process.spec());
      return process.port(process.spec().ports().keySet().iterator().next());
    }

    @Override
    public String describe() {
      return "its port";
    }
  }

  /// A port that the specification names.
  record Named(String name) implements PortRef {
    @Override
    public void validate(ProcessSpec spec) {
      if (!spec.ports().containsKey(name)) {
        throw new InvalidSpecException(
            "health.port",
            name,
            "process '"
                + spec.name()
                + "' names no such port; it has "
                + new TreeSet<>(spec.ports().keySet()));
      }
    }

    @Override
    public int number(ManagedProcess process) {
      return process.port(name);
    }

    @Override
    public String describe() {
      return "port '" + name + "'";
    }
  }

  /// A port by its number.
  record Numbered(int port) implements PortRef {
    public Numbered {
      if (port < 1 || port > 65535) {
        throw new InvalidSpecException("health.port", port, "use 1 to 65535");
      }
    }

    @Override
    public int number(ManagedProcess process) {
      return port;
    }

    @Override
    public String describe() {
      return "port " + port;
    }
  }
}
