package dev.procman.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads a `Procfile`: lines of `name: command for a shell`.
///
/// As foreman does it: all run in the directory of the file, the process in line i gets `PORT` 5000
/// + 100 * i (or from another first port, which `PORT` in `.env` or in the environment is), `PS` is
///   its name and number, `.env` beside the file is part of its environment, and it has 5 s to end.
final class ProcfileReader {
  private static final Pattern LINE = Pattern.compile("([A-Za-z0-9_-]+):\\s*(.+)");
  private static final int FIRST_PORT = 5000;
  private static final int STEP = 100;

  private final Source source;
  private final Map<String, String> dotEnv;
  private final int firstPort;
  private final ImportOrigins origins;
  private final ImportFindings findings;

  /// @param dotEnv what `.env` beside it holds; empty when there is none
  /// @param environment the environment of this JVM
  ProcfileReader(
      Source source,
      Map<String, String> dotEnv,
      Map<String, String> environment,
      ImportOrigins origins,
      ImportFindings findings) {
    this.source = source;
    this.origins = origins;
    this.findings = findings;
    this.dotEnv = dotEnv;
    this.firstPort =
        ForeignWords.number(dotEnv.getOrDefault("PORT", environment.getOrDefault("PORT", "")))
            .orElse(FIRST_PORT);
  }

  Imported read() {
    var processes = new LinkedHashMap<String, ImportTree>();
    var lines = source.text().lines().toList();
    int index = 0;
    for (int i = 0; i < lines.size(); i++) {
      var line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      var place = source.at(i + 1, 1);
      var entry = LINE.matcher(line);
      if (!entry.matches()) {
        findings.add(place, line.split(":", 2)[0], "left out: the line is not 'name: command'");
        continue;
      }
      var name = entry.group(1);
      origins.process(name, new ImportOrigins.Found(new ImportOrigins.At(place, name), Map.of()));
      if (processes.put(name, process(name, entry.group(2), index)) != null) {
        findings.add(place, name, "the name is there twice: this line counts");
      }
      index++;
    }
    return Imported.of(Optional.empty(), processes, Map.of(), Map.of(), findings);
  }

  private ImportTree process(String name, String command, int index) {
    var process = new ImportTree();
    ImportTarget.shell(process, "/bin/sh", Template.escape(command));
    ImportTarget.workingDir(process, ".");
    if (!dotEnv.isEmpty()) {
      ImportTarget.envFile(process, ".env", true);
    }
    ImportTarget.environment(process, "PORT", Integer.toString(firstPort + STEP * index));
    ImportTarget.environment(process, "PS", name + ".1");
    ImportTarget.stopBySignal(process, "TERM", false, "5s");
    return process;
  }
}
