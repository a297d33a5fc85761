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
  private static final String AS_STANDARD_INPUT = "exec \"$$@\" <&3 3<&-";

  /// Nobody but its owner may connect.
  private static final String STANDARD_MODE = "0700";

  private final Optional<Text> socket;
  private final Optional<Text> backlog;
  private final Optional<Text> owner;
  private final Optional<Text> mode;
  private final SupervisordFormat format;
  private final ImportFindings findings;

  SupervisordSocket(ForeignMapping keys, SupervisordFormat format, ImportFindings findings) {
    this.socket = keys.text("socket");
    this.backlog = keys.text("socket_backlog");
    this.format = format;
    this.findings = findings;
    this.owner = keys.text("socket_owner");
    this.mode = keys.text("socket_mode");
    if (socket.isEmpty()) {
      findings.add(keys.place(), keys.path("socket"), "it has no socket to listen at");
    }
  }

  /// Writes the socket, and returns the command that passes it on.
  ///
  /// @param hasUser whether the program runs as another user, who may not change the socket
  List<String> write(List<String> argv, ImportTree process, boolean hasUser) {
    var queue = backlog.flatMap(text -> format.number(text, findings)).filter(it -> it > 0);
    var address = socket.map(text -> format.now(text, findings).strip()).orElse("");
    var tcp = TCP.matcher(address);
    var all = new ArrayList<String>(List.of("/bin/sh", "-c"));
    if (tcp.matches()) {
      int port = Integer.parseInt(tcp.group(2));
      ImportTarget.socket(process, tcp.group(1), port, queue);
      for (var text : List.of(owner, mode)) {
        tell(text, "left out: a socket of TCP has neither owner nor mode");
      }
      all.addAll(List.of(AS_STANDARD_INPUT, "sh"));
    } else if (address.startsWith(UNIX + "/")) {
      var path = Template.escape(address.substring(UNIX.length()));
      ImportTarget.socket(process, path, queue);
      all.addAll(List.of(rights(hasUser) + AS_STANDARD_INPUT, path));
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
    all.addAll(argv);
    return all;
  }

  /// What gives the socket its owner and mode before the program gets it. Its path is `$0`.
  private String rights(boolean hasUser) {
    if (hasUser) {
      for (var text : List.of(owner, mode)) {
        tell(text, "left out: the socket belongs to the host's user, and the program to another");
      }
      return "";
    }
    var octal = mode.map(text -> format.now(text, findings).strip()).orElse(STANDARD_MODE);
    boolean known = octal.matches("[0-7]{1,4}");
    if (!known) {
      tell(mode, STANDARD_MODE + " in its place: '" + octal + "' is no octal number");
    }
    var chmod = "chmod " + (known ? octal : STANDARD_MODE) + " \"$$0\" && ";
    return owner
        .map(text -> format.now(text, findings).strip())
        .filter(name -> !name.isEmpty())
        .map(name -> "chown " + CommandWords.quoted(Template.escape(name)) + " \"$$0\" && " + chmod)
        .orElse(chmod);
  }

  private void tell(Optional<Text> text, String instead) {
    text.ifPresent(it -> findings.add(it.place(), it.path(), instead));
  }
}
