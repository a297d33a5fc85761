package dev.procman.config;

import dev.procman.config.ForeignMapping.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads the listening socket of a `[fcgi-program:x]`, which the program finds as its standard
/// input. Here a socket comes with the number 3, so that a shell hands it on.
final class SupervisordSocket {
  private static final Pattern TCP = Pattern.compile("tcp://([^\\s:]+):(\\d{1,5})");
  private static final String UNIX = "unix://";
  private static final List<String> AS_STANDARD_INPUT =
      List.of("/bin/sh", "-c", "exec \"$$@\" <&3 3<&-", "sh");

  private final Optional<Text> socket;
  private final Optional<Text> backlog;
  private final SupervisordFormat format;
  private final ImportFindings findings;

  SupervisordSocket(ForeignMapping keys, SupervisordFormat format, ImportFindings findings) {
    this.socket = keys.text("socket");
    this.backlog = keys.text("socket_backlog");
    this.format = format;
    this.findings = findings;
    for (String key : List.of("socket_owner", "socket_mode")) {
      keys.cannot(key, "left out: the socket belongs to the host's user");
    }
    if (socket.isEmpty()) {
      findings.add(keys.place(), keys.path("socket"), "it has no socket to listen at");
    }
  }

  /// Writes the socket, and returns the command that passes it on.
  List<String> write(List<String> argv, ImportTree process) {
    var queue = backlog.flatMap(text -> format.number(text, findings)).filter(it -> it > 0);
    var address = socket.map(text -> format.now(text, findings).strip()).orElse("");
    var tcp = TCP.matcher(address);
    if (tcp.matches()) {
      int port = Integer.parseInt(tcp.group(2));
      ImportTarget.socket(process, tcp.group(1), port, queue);
    } else if (address.startsWith(UNIX + "/")) {
      ImportTarget.socket(process, Template.escape(address.substring(UNIX.length())), queue);
    } else {
      socket.ifPresent(text ->
          findings.add(
              text.place(),
              text.path(),
              "left out: '" + address + "' is neither tcp://host:port nor unix:///path"));
      return argv;
    }
    socket.ifPresent(text ->
        findings.add(text.place(), text.path(), "a socket of launch needs the Linux launcher"));
    var all = new ArrayList<>(AS_STANDARD_INPUT);
    all.addAll(argv);
    return all;
  }
}
