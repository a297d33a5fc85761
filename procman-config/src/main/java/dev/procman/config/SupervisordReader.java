package dev.procman.config;

import dev.procman.config.Node.Mapping;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads `supervisord.conf`: its programs and groups. Of a section that concerns supervisord
/// itself, or that procman has no word for, is told once.
final class SupervisordReader {
  private static final String PROGRAM = "program:";
  private static final String FCGI = "fcgi-program:";
  private static final String GROUP = "group:";

  /// Every process has as many without being asked.
  private static final int USUAL_DESCRIPTORS = 1024;

  private final Mapping sections;
  private final Map<String, String> environment;
  private final ImportOrigins origins;
  private final ImportFindings findings;
  private final Map<String, Made> processes = new LinkedHashMap<>();
  private final Map<String, List<String>> instances = new LinkedHashMap<>();

  /// A process, and where it came from.
  private record Made(ImportTree tree, ImportOrigins.Found from) {}

  /// @param environment the environment of this JVM
  SupervisordReader(
      Mapping sections,
      Map<String, String> environment,
      ImportOrigins origins,
      ImportFindings findings) {
    this.sections = sections;
    this.environment = environment;
    this.origins = origins;
    this.findings = findings;
  }

  Imported read() {
    var all = new ForeignMapping("", sections, findings);
    var daemon = all.fields("supervisord");
    var defaults = daemon.map(this::defaults).orElse(SupervisordProgram.Defaults.none());
    daemon.ifPresent(section -> tellWhole(section, "concerns supervisord itself"));
    var groupOf = groupOf(all);
    for (String section : all.keys()) {
      if (section.startsWith(PROGRAM) || section.startsWith(FCGI)) {
        var place = all.peek(section).orElseThrow().keyPlace();
        all.fields(section).ifPresent(keys -> program(section, place, keys, groupOf, defaults));
      }
    }
    groupOf.forEach((program, group) -> {
      if (!instances.containsKey(program)) {
        findings.add(
            sections.keyPlace(GROUP + group),
            GROUP + group + ".programs",
            "left out: there is no program '" + program + "'");
      }
    });
    var groups = groups(groupOf);
    for (String section : all.keys()) {
      all.fields(section).ifPresent(keys -> tellWhole(keys, reasonFor(section)));
    }
    return named(groups);
  }

  /// One finding for all that is left of a section.
  private void tellWhole(ForeignMapping section, String reason) {
    var keys = section.keys();
    if (!keys.isEmpty()) {
      findings.add(
          section.place(), section.path(), "left out: " + String.join(", ", keys) + ": " + reason);
      keys.forEach(section::take);
    }
  }

  private static String reasonFor(String section) {
    if (section.startsWith("eventlistener:")) {
      return "subscribe to the manager's events in place of a listener process";
    }
    if (section.equals("include")) {
      return "include has no such key";
    }
    return "concerns supervisord itself";
  }

  private SupervisordProgram.Defaults defaults(ForeignMapping daemon) {
    var format =
        new SupervisordFormat(
            Map.of("host_node_name", SupervisordFormat.host(environment)), environment);
    var values = new LinkedHashMap<String, String>();
    daemon.text("environment").ifPresent(text -> values.putAll(format.pairs(text, findings)));
    var user = daemon.text("user");
    user.ifPresent(text ->
        findings.add(
            text.place(),
            text.path(),
            "launch.user of every program, which needs the Linux launcher and, for another user, a"
                + " host that may change it"));
    var minfds = daemon.text("minfds");
    var descriptors = minfds.flatMap(text -> format.number(text, findings));
    descriptors.ifPresent(least ->
        minfds.ifPresent(text ->
            findings.add(
                text.place(),
                text.path(),
                least > USUAL_DESCRIPTORS
                    ? "the limit of every program; there it is the least, and a higher one is kept"
                    : "left out: every process has as many")));
    return new SupervisordProgram.Defaults(
        values,
        daemon.text("directory").map(text -> format.text(text, findings)),
        daemon.text("umask"),
        user.map(text -> format.now(text, findings).strip()),
        descriptors.filter(least -> least > USUAL_DESCRIPTORS));
  }

  /// Groups by the names of their programs.
  private Map<String, String> groupOf(ForeignMapping all) {
    var groupOf = new LinkedHashMap<String, String>();
    for (String section : all.keys()) {
      if (!section.startsWith(GROUP)) {
        continue;
      }
      var group = section.substring(GROUP.length()).strip();
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
      String section,
      Place place,
      ForeignMapping keys,
      Map<String, String> groupOf,
      SupervisordProgram.Defaults defaults) {
    boolean fcgi = section.startsWith(FCGI);
    var name = section.substring((fcgi ? FCGI : PROGRAM).length()).strip();
    var group = groupOf.getOrDefault(name, name);
    var from = ImportOrigins.in(keys, place, SupervisordProgram.FROM);
    var program = new SupervisordProgram(name, group, environment, defaults, findings);
    var made = program.read(keys, fcgi);
    made.forEach((process, tree) -> {
      if (processes.put(process, new Made(tree, from)) != null) {
        findings.add(
            place, keys.path("process_name"), "'" + process + "' is there twice: the last counts");
      }
    });
    instances.put(name, List.copyOf(made.keySet()));
  }

  /// All of it under names that procman takes.
  private Imported named(Map<String, List<String>> groups) {
    var names = ImportNames.of(processes.keySet());
    var trees = new LinkedHashMap<String, ImportTree>();
    processes.forEach((process, made) -> {
      var called = names.getOrDefault(process, process);
      var at = made.from().process();
      ImportNames.tell(findings, at.place(), at.path(), process, called);
      origins.process(called, made.from());
      trees.put(called, made.tree());
    });
    var groupNames = ImportNames.of(groups.keySet());
    var called = new LinkedHashMap<String, List<String>>();
    groups.forEach((group, members) ->
        called.put(
            groupNames.getOrDefault(group, group),
            members.stream().map(member -> names.getOrDefault(member, member)).toList()));
    return Imported.of(Optional.empty(), trees, called, Map.of(), findings);
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
