package dev.procman.config;

import dev.procman.config.Node.Mapping;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads `supervisord.conf`: its programs and groups. What concerns supervisord itself is told.
final class SupervisordReader {
  private final Mapping sections;
  private final Map<String, String> environment;
  private final ImportFindings findings;
  private final Map<String, ImportTree> processes = new LinkedHashMap<>();
  private final Map<String, List<String>> instances = new LinkedHashMap<>();

  /// @param environment the environment of this JVM
  SupervisordReader(Mapping sections, Map<String, String> environment, ImportFindings findings) {
    this.sections = sections;
    this.environment = environment;
    this.findings = findings;
  }

  Imported read() {
    var all = new ForeignMapping("", sections, findings);
    var daemon = all.fields("supervisord");
    var defaults = daemon.map(this::defaults).orElse(SupervisordProgram.Defaults.none());
    daemon.ifPresent(section -> section.rest("left out: it concerns supervisord itself"));
    var groupOf = groupOf(all);
    for (String section : all.keys()) {
      if (section.startsWith("program:")) {
        all.fields(section)
            .ifPresent(
                keys -> program(section.substring("program:".length()), keys, groupOf, defaults));
      }
    }
    var groups = groups(groupOf);
    for (String section : all.keys()) {
      var reading = all.fields(section);
      reading.ifPresent(keys -> keys.rest(reasonFor(section)));
    }
    return Imported.of(Optional.empty(), processes, groups, findings);
  }

  private static String reasonFor(String section) {
    if (section.startsWith("fcgi-program:")) {
      return "left out: procman hands no listening socket to a process";
    }
    if (section.startsWith("eventlistener:")) {
      return "left out: subscribe to the manager's events in place of a listener process";
    }
    if (section.equals("include")) {
      return "left out: include has no such key";
    }
    return "left out: it concerns supervisord itself";
  }

  private SupervisordProgram.Defaults defaults(ForeignMapping daemon) {
    var format = new SupervisordFormat(Map.of("here", here(daemon)), environment);
    var values = new LinkedHashMap<String, String>();
    daemon.text("environment").ifPresent(text -> values.putAll(format.pairs(text, findings)));
    return new SupervisordProgram.Defaults(
        values,
        daemon.text("directory").map(text -> format.text(text, findings)),
        daemon.text("umask"));
  }

  /// The directory of the file that a section is in.
  private static String here(ForeignMapping section) {
    return section.place().source().directory().toString();
  }

  /// Groups by the names of their programs.
  private Map<String, String> groupOf(ForeignMapping all) {
    var groupOf = new LinkedHashMap<String, String>();
    for (String section : all.keys()) {
      if (!section.startsWith("group:")) {
        continue;
      }
      var group = section.substring("group:".length());
      all.fields(section)
          .ifPresent(keys -> {
            keys.text("programs")
                .ifPresent(programs -> {
                  for (String program : programs.text().split(",", -1)) {
                    if (!program.isBlank()) {
                      groupOf.put(program.strip(), group);
                    }
                  }
                });
            keys.cannot("priority", "left out: procman starts in order of depends_on");
            keys.rest("left out: groups have no such key");
          });
    }
    return groupOf;
  }

  private void program(
      String name,
      ForeignMapping keys,
      Map<String, String> groupOf,
      SupervisordProgram.Defaults defaults) {
    var group = groupOf.getOrDefault(name, name);
    var program = new SupervisordProgram(name, group, here(keys), environment, defaults, findings);
    var made = program.read(keys);
    made.forEach((process, tree) -> {
      if (processes.put(process, tree) != null) {
        findings.add(
            keys.place(),
            keys.path("process_name"),
            "'" + process + "' is there twice: the last counts");
      }
    });
    instances.put(name, List.copyOf(made.keySet()));
  }

  private Map<String, List<String>> groups(Map<String, String> groupOf) {
    var groups = new LinkedHashMap<String, Set<String>>();
    instances.forEach((program, names) -> {
      boolean alone = names.equals(List.of(program)) && !groupOf.containsKey(program);
      if (!alone && !names.isEmpty()) {
        groups
            .computeIfAbsent(groupOf.getOrDefault(program, program), _ -> new LinkedHashSet<>())
            .addAll(names);
      }
    });
    var lists = new LinkedHashMap<String, List<String>>();
    groups.forEach((group, names) -> lists.put(group, List.copyOf(names)));
    return lists;
  }
}
