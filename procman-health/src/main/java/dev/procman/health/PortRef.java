package dev.procman.health;

import dev.procman.InvalidSpecException;
import dev.procman.ManagedProcess;
import java.util.Map;

/// Which port of a process is meant.
sealed interface PortRef {

  /// Its number now.
  int number(ManagedProcess process);

  /// For messages.
  String describe();

  /// The only port that the specification names.
  record Only() implements PortRef {
    @Override
    public int number(ManagedProcess process) {
      Map<String, Integer> ports = process.spec().ports();
      if (ports.size() != 1) {
        throw new InvalidSpecException(
            "health.port",
            "(none)",
            "process '"
                + process.name()
                + "' names "
                + (ports.isEmpty() ? "no port" : "several ports, " + ports.keySet())
                + "; say which one by port(name) or port(number)");
      }
      return process.port(ports.keySet().iterator().next());
    }

    @Override
    public String describe() {
      return "its port";
    }
  }

  /// A port that the specification names.
  record Named(String name) implements PortRef {
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
