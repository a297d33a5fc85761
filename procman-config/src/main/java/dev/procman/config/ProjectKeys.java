package dev.procman.config;

import static dev.procman.config.Defaults.unless;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// What may be written at the top of a file.
final class ProjectKeys {
  static final Key<String> NAME =
      Key.of("name", Scalars.SOME_TEXT, "the project's name; default `procman`");
  static final Key<List<String>> INCLUDE =
      Key.of(
              "include",
              ShortRule.of(ListRule.of(Scalars.PATH), Scalars.PATH, Expand::alone),
              "other files, which this one is put on top of: a path, or a list of paths")
          .calledElsewhere("includes", "import", "imports");
  static final Key<Map<String, String>> VARIABLES =
      Key.of(
              "variables",
              new MapRule<>(
                      Pattern.compile("[A-Za-z_][A-Za-z0-9_]*"),
                      "name of a variable, letters, digits and _",
                      Scalars.TEMPLATE)
                  .whole(),
              "what `${NAME}` stands for, unless the `.env` file or the environment say otherwise")
          .calledElsewhere("vars")
          .notQuoted();
  static final Key<Boolean> DEFAULTS =
      Key.of(
              "defaults",
              ProcessKeys.PROCESS.partial("process_defaults"),
              "keys that every process begins with")
          .calledElsewhere("default");
  static final Key<Map<String, Boolean>> TEMPLATES =
      Key.of(
          "templates",
          new MapRule<>(
                  ProcessKeys.NAME,
                  "name of a template, 1 to 100 letters, digits and . _ - #",
                  ProcessKeys.PROCESS.partial("process_defaults"))
              .whole(),
          "names and keys of processes, to be extended");
  static final Key<Map<String, List<String>>> GROUPS =
      Key.of(
          "groups",
          new MapRule<>(
                  ProcessKeys.NAME,
                  "name of a group, 1 to 100 letters, digits and . _ - #",
                  ListRule.of(ProcessKeys.NAME_TEXT))
              .whole(),
          "names and lists of processes");
  static final Key<Map<String, ProcessConfig>> PROCESSES =
      Key.of(
              "processes",
              new MapRule<>(ProcessKeys.NAME, ProcessKeys.NAME_WORDS, ProcessKeys.PROCESS).whole(),
              "names and processes")
          .must()
          .calledElsewhere("services", "programs", "process");

  /// A whole document.
  static final ObjectRule<Draft> PROJECT =
      ObjectRule.<Draft>of("project")
          .key(NAME, it -> unless(it.name(), Project.DEFAULT_NAME))
          .key(INCLUDE, _ -> Optional.empty())
          .key(VARIABLES, it -> unless(it.variables(), Map.of()))
          .key(DEFAULTS, _ -> Optional.empty())
          .key(TEMPLATES, _ -> Optional.empty())
          .key(GROUPS, it -> unless(it.groups(), Map.of()))
          .key(PROCESSES, it -> Optional.of(it.processes()))
          .free("x-")
          .make(it ->
              new Draft(
                  it.or(NAME, Project.DEFAULT_NAME),
                  it.or(VARIABLES, Map.of()),
                  it.or(GROUPS, Map.of()),
                  it.get(PROCESSES)));

  /// A project whose parts have not been compared with each other.
  record Draft(
      String name,
      Map<String, String> variables,
      Map<String, List<String>> groups,
      Map<String, ProcessConfig> processes) {

    static Draft of(Project project) {
      return new Draft(project.name(), project.variables(), project.groups(), project.processes());
    }

    Project toProject() {
      return new Project(name, variables, groups, processes);
    }
  }

  private ProjectKeys() {}
}
