package dev.procman.linux;

import dev.procman.ManagedProcess;
import dev.procman.ProcessSpec;

/// A child that runs the statements of Python which it reads, line by line, and prints what follows
/// each. `say(text)` sends to the notify socket, with descriptors if given; `other(program)` runs
/// another Python to its end.
final class PythonChild {
  static final String PYTHON = "/usr/bin/python3";

  private static final String PRELUDE =
      """
      import os, socket, subprocess, sys
      def say(data, fds=()):
        data = data.encode() if isinstance(data, str) else data
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
          s.connect('\\0' + os.environ['NOTIFY_SOCKET'][1:])
          socket.send_fds(s, [data], list(fds)) if fds else s.send(data)
      def other(program):
        subprocess.run([sys.executable, '-c', prelude + program], check=True)
      """;

  private static final String PROGRAM =
      """
      import sys
      prelude = sys.argv[1]
      exec(prelude)
      for line in sys.stdin:
        exec(line)
      """;

  private PythonChild() {}

  static ProcessSpec.Builder named(String name) {
    return ProcessSpec.named(name).command(PYTHON, "-u", "-c", PROGRAM, PRELUDE);
  }

  /// Another process, of this JVM's own, that sends to a socket.
  static ProcessBuilder stranger(String address, String statement) {
    var builder = new ProcessBuilder(PYTHON, "-c", PRELUDE + statement);
    builder.environment().put("NOTIFY_SOCKET", address);
    return builder.inheritIO();
  }

  static void run(ManagedProcess process, String statement) {
    process.input().write(statement + "\n");
  }
}
