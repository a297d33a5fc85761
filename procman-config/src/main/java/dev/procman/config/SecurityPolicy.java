package dev.procman.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What a configuration may ask for. Immutable. The rules:
///
/// | rule | what it refuses | in |
/// |---|---|---|
/// | `included_files` | files that are included, extended or read for variables from outside of the configuration's directories, also through links | standard, strict |
/// | `writable_by_all` | files of the configuration, and programs named by their whole path, that anybody may change | standard, strict |
/// | `environment` | variables that make a program load or run something else, such as `LD_PRELOAD`; in strict also those that say where programs and their settings are looked for, such as `PATH` and `HOME` | standard, strict |
/// | `secrets_in_arguments` | passwords in arguments, which everybody on the machine can read | standard, strict |
/// | `no_shell` | shells | strict |
/// | `absolute_programs` | programs that are looked for, in `PATH` or relative to a directory | strict |
/// | `inherited_environment` | processes that get all of the host's environment | strict |
/// | `secret_files` | secrets read from outside of the configuration's directories, also through links | strict |
/// | `directories` | working directories, files and logs that are written, sockets, and files that are watched, outside of `${dir.…}`, `${data.…}` and the directories that were allowed | strict |
/// | `users` | other users and groups | strict |
/// | `allowed_programs` | programs that were not allowed | once some were |
///
/// The limits hold with every policy.
public final class SecurityPolicy {
  static final String INCLUDED_FILES = "included_files";
  static final String SECRET_FILES = "secret_files";
  static final String WRITABLE_BY_ALL = "writable_by_all";
  static final String ARGUMENTS = "secrets_in_arguments";

  private final List<SecurityRule> rules;
  private final Set<String> fileRules;
  private final Set<Path> directories;
  private final Set<Path> secretDirectories;
  private final Limits limits;

  private SecurityPolicy(
      List<SecurityRule> rules,
      Set<String> fileRules,
      Set<Path> directories,
      Set<Path> secretDirectories,
      Limits limits) {
    this.rules = List.copyOf(rules);
    this.fileRules = Set.copyOf(fileRules);
    this.directories = Set.copyOf(directories);
    this.secretDirectories = Set.copyOf(secretDirectories);
    this.limits = limits;
  }

  /// No rules, and high limits: 64 MiB, 100 levels, 10 000 aliases, 5 million values, 1000 files.
  public static SecurityPolicy none() {
    return new SecurityPolicy(
        List.of(),
        Set.of(),
        Set.of(),
        Set.of(),
        new Limits(64 * 1024 * 1024, 100, 10_000, 5_000_000, 1000));
  }

  /// For configurations that the same people write as the program. This is what is used unless
  /// another is asked for.
  public static SecurityPolicy standard() {
    return new SecurityPolicy(
        List.of(
            new SecurityRules.WritableByAll(),
            new SecurityRules.Environment(false, Set.of()),
            new SecurityRules.SecretsInArguments()),
        Set.of(INCLUDED_FILES, WRITABLE_BY_ALL),
        Set.of(),
        Set.of(),
        Limits.ofDefaults());
  }

  /// For configurations that others write.
  public static SecurityPolicy strict() {
    var standard = standard();
    var fileRules = new LinkedHashSet<>(standard.fileRules);
    fileRules.add(SECRET_FILES);
    return new SecurityPolicy(standard.rules, fileRules, Set.of(), Set.of(), standard.limits)
        .rule(new SecurityRules.Environment(true, Set.of()))
        .rule(new SecurityRules.NoShell())
        .rule(new SecurityRules.AbsolutePrograms())
        .rule(new SecurityRules.InheritedEnvironment())
        .rule(new AllowedDirectories(Set.of()))
        .rule(new SecurityRules.Users(Set.of()));
  }

  /// With one more rule; it takes the place of one of the same name.
  public SecurityPolicy rule(SecurityRule rule) {
    var more = new ArrayList<>(rules);
    more.removeIf(each -> each.name().equals(rule.name()));
    more.add(rule);
    return new SecurityPolicy(more, fileRules, directories, secretDirectories, limits);
  }

  /// Without the rule of that name.
  public SecurityPolicy without(String rule) {
    var fewer = new ArrayList<>(rules);
    fewer.removeIf(each -> each.name().equals(rule));
    var fewerFileRules = new LinkedHashSet<>(fileRules);
    fewerFileRules.remove(rule);
    return new SecurityPolicy(fewer, fewerFileRules, directories, secretDirectories, limits);
  }

  /// With other limits.
  public SecurityPolicy limits(Limits other) {
    return new SecurityPolicy(rules, fileRules, directories, secretDirectories, other);
  }

  /// Includes from these directories are allowed besides those of the configuration's files.
  public SecurityPolicy allowIncludesFrom(Path... others) {
    return new SecurityPolicy(
        rules, fileRules, with(directories, others), secretDirectories, limits);
  }

  /// Secrets may be read from files in these directories besides those of the configuration's
  /// files; with the rule `secret_files`.
  public SecurityPolicy allowSecretsFrom(Path... others) {
    return new SecurityPolicy(
        rules, fileRules, directories, with(secretDirectories, others), limits);
  }

  private static Set<Path> with(Set<Path> some, Path... others) {
    var more = new LinkedHashSet<>(some);
    for (Path each : others) {
      more.add(each.toAbsolutePath().normalize());
    }
    return more;
  }

  /// These variables are allowed though the rule `environment` would refuse them.
  public SecurityPolicy allowVariables(String... names) {
    boolean strict =
        rules.stream()
            .anyMatch(rule -> rule instanceof SecurityRules.Environment it && it.strict());
    return rule(new SecurityRules.Environment(strict, Set.of(names)));
  }

  /// Processes may work, write, log, listen and watch below these directories, too. Links are
  /// followed.
  public SecurityPolicy allowDirectories(Path... others) {
    return rule(new AllowedDirectories(with(Set.of(), others)));
  }

  /// Processes may run as these users and groups, by name or number as the configuration has it.
  public SecurityPolicy allowUsers(String... names) {
    return rule(new SecurityRules.Users(Set.of(names)));
  }

  /// Only these programs are allowed: files, and directories with all that is below them. Links are
  /// followed.
  public SecurityPolicy allowPrograms(Path... programs) {
    return rule(SecurityRules.AllowedPrograms.of(List.of(programs)));
  }

  /// The limits.
  public Limits limits() {
    return limits;
  }

  List<SecurityRule> rules() {
    return rules;
  }

  boolean has(String rule) {
    return fileRules.contains(rule) || rules.stream().anyMatch(each -> each.name().equals(rule));
  }

  Set<Path> directories() {
    return directories;
  }

  Set<Path> secretDirectories() {
    return secretDirectories;
  }
}
