package dev.procman.config;

import dev.procman.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The rules of [SecurityPolicy] about processes.
final class SecurityRules {
  private static final Set<String> SHELLS =
      Set.of(
          "sh",
          "ash",
          "bash",
          "csh",
          "dash",
          "fish",
          "ksh",
          "mksh",
          "rbash",
          "tcsh",
          "zsh",
          "busybox",
          "cmd",
          "cmd.exe",
          "powershell",
          "powershell.exe",
          "pwsh");
  private static final Set<String> RUNNERS =
      Set.of(
          "env",
          "nice",
          "nohup",
          "setsid",
          "stdbuf",
          "sudo",
          "su",
          "timeout",
          "xargs",
          "chroot",
          "ionice",
          "unshare",
          "find",
          "chrt",
          "doas",
          "dumb-init",
          "flock",
          "gosu",
          "runuser",
          "script",
          "setpriv",
          "strace",
          "su-exec",
          "taskset",
          "tini",
          "watch");

  private SecurityRules() {}

  private static String fileName(String path) {
    return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  }

  /// A program's path, if it is known before the start.
  private static Optional<Path> program(Command command) {
    var first = command.argv().getFirst();
    if (Template.firstIn(first) >= 0) {
      return Optional.empty();
    }
    try {
      var path = Path.of(Template.unescape(first));
      return path.isAbsolute() ? Optional.of(path) : Optional.empty();
    } catch (InvalidPathException noPath) {
      return Optional.empty();
    }
  }

  /// Why a command is refused.
  record Refusal(String violation, String remedy) {}

  /// A rule that looks at each command of a process for itself.
  sealed interface OfCommands extends SecurityRule {
    Optional<Refusal> refusal(Command command, ProcessConfig config);

    @Override
    default void check(String process, ProcessConfig config, Report report) {
      Commands.of(config)
          .forEach((key, command) ->
              refusal(command, config)
                  .ifPresent(why -> report.violation(key, why.violation(), why.remedy())));
    }
  }

  /// Refuses shells, also behind programs that run others.
  record NoShell() implements OfCommands {
    private static final Pattern WORDS = Pattern.compile("\\s+");

    @Override
    public String name() {
      return "no_shell";
    }

    @Override
    public Optional<Refusal> refusal(Command command, ProcessConfig config) {
      return command instanceof Command.Shell || runsShell(command)
          ? Optional.of(
              new Refusal(
                  "it runs a shell, which reads meaning into its arguments",
                  "give the program and its arguments as a list under 'command'"))
          : Optional.empty();
    }

    private static boolean runsShell(Command command) {
      var first = fileName(command.argv().getFirst());
      return SHELLS.contains(first)
          || program(command).filter(NoShell::leadsToShell).isPresent()
          || (RUNNERS.contains(first)
              && command.argv().stream()
                  .flatMap(NoShell::words)
                  .anyMatch(word -> SHELLS.contains(fileName(word))));
    }

    /// Not to busybox, which is whatever it is called as: `ls` may well be a link to it.
    private static boolean leadsToShell(Path program) {
      try {
        var real = fileName(program.toRealPath().toString());
        return SHELLS.contains(real) && !real.equals("busybox");
      } catch (IOException notThere) {
        return false;
      }
    }

    /// `env -S` takes a whole command line in one word.
    private static Stream<String> words(String word) {
      return WORDS.splitAsStream(word.replaceFirst("^(-S|--[a-z-]+=)", ""));
    }
  }

  /// Refuses programs that are looked for.
  record AbsolutePrograms() implements OfCommands {
    @Override
    public String name() {
      return "absolute_programs";
    }

    @Override
    public Optional<Refusal> refusal(Command command, ProcessConfig config) {
      var first = command.argv().getFirst();
      return program(command).isEmpty()
          ? Optional.of(
              new Refusal(
                  "the program '"
                      + Problems.cut(first)
                      + "' is looked for, and somebody may have put another in the way",
                  "give its whole path, such as /usr/bin/" + fileName(first)))
          : Optional.empty();
    }
  }

  /// Refuses programs that anybody may change.
  record WritableByAll() implements OfCommands {
    @Override
    public String name() {
      return SecurityPolicy.WRITABLE_BY_ALL;
    }

    @Override
    public Optional<Refusal> refusal(Command command, ProcessConfig config) {
      return program(command)
          .flatMap(FileSafety::openToAll)
          .map(why -> new Refusal(why, "take the right to write from others: chmod o-w"));
    }
  }

  /// Allows some programs only.
  record AllowedPrograms(Set<Path> allowed) implements OfCommands {
    static AllowedPrograms of(List<Path> programs) {
      var real = new TreeSet<Path>();
      programs.forEach(path -> real.add(real(path)));
      return new AllowedPrograms(real);
    }

    private static Path real(Path path) {
      try {
        return path.toRealPath();
      } catch (IOException notThere) {
        return path.toAbsolutePath().normalize();
      }
    }

    @Override
    public String name() {
      return "allowed_programs";
    }

    @Override
    public Optional<Refusal> refusal(Command command, ProcessConfig config) {
      var program = program(command).map(AllowedPrograms::real);
      return program.filter(this::isAllowed).isEmpty()
          ? Optional.of(
              new Refusal(
                  "the program '" + Problems.cut(command.argv().getFirst()) + "' is not allowed",
                  "use one of " + shown()))
          : Optional.empty();
    }

    private boolean isAllowed(Path program) {
      return allowed.stream()
          .anyMatch(each ->
              program.equals(each) || (Files.isDirectory(each) && program.startsWith(each)));
    }

    private String shown() {
      return Problems.cut(allowed.toString());
    }
  }

  /// Refuses variables that make a program load or run something else.
  ///
  /// @param strict whether those are refused, too, that only say where it is looked for
  record Environment(boolean strict, Set<String> allowed) implements SecurityRule {
    @Override
    public String name() {
      return "environment";
    }

    @Override
    public void check(String process, ProcessConfig config, Report report) {
      var environment = config.environment();
      environment.values().keySet().forEach(name -> check("environment." + name, name, report));
      environment.secrets().keySet().forEach(name -> check("secrets." + name, name, report));
      environment
          .files()
          .forEach(file -> file.values().keySet().forEach(name -> check("env_file", name, report)));
    }

    private void check(String key, String name, Report report) {
      if (DangerousVariables.contains(name, strict) && !allowed.contains(name)) {
        report.violation(
            key,
            "the variable '" + Problems.cut(name) + "' can make a program run something else",
            "leave it out, or have the host allow it: allowVariables(\""
                + Problems.cut(name)
                + "\")");
      }
    }
  }

  /// Refuses to run as another user, and files that belong to one.
  record Users(Set<String> allowed) implements SecurityRule {
    @Override
    public String name() {
      return "users";
    }

    @Override
    public void check(String process, ProcessConfig config, Report report) {
      var runs = "it is to run as the ";
      config.launch().user().ifPresent(user -> check("launch.user", runs + "user", user, report));
      config
          .launch()
          .group()
          .ifPresent(group -> check("launch.group", runs + "group", group, report));
      var belongs = "its log file is to belong to the ";
      for (var file : config.output().files()) {
        file.owner().ifPresent(user -> check("output.files.owner", belongs + "user", user, report));
        file.group()
            .ifPresent(group -> check("output.files.group", belongs + "group", group, report));
      }
    }

    private void check(String key, String what, String name, Report report) {
      if (!allowed.contains(name)) {
        report.violation(
            key,
            what + " '" + Problems.cut(name) + "'",
            "leave it out, or have the host allow it: allowUsers(\"" + Problems.cut(name) + "\")");
      }
    }
  }

  /// Refuses that all of the host's environment is passed on.
  record InheritedEnvironment() implements SecurityRule {
    @Override
    public String name() {
      return "inherited_environment";
    }

    @Override
    public void check(String process, ProcessConfig config, Report report) {
      if (config.environment().inherit() == dev.procman.Environment.Inherit.ALL) {
        report.violation(
            "inherit_environment",
            "it gets all of the host's environment",
            "name what it needs: inherit_environment: [PATH, HOME]");
      }
    }
  }

  /// Refuses passwords in arguments.
  record SecretsInArguments() implements OfCommands {
    private static final int SHORTEST = 4;
    private static final Pattern OPTION =
        Pattern.compile("--?([A-Za-z0-9_.-]+)=(.+)", Pattern.DOTALL);

    /// Such that the password is the next word.
    private static final Pattern BARE_OPTION =
        Pattern.compile(
            "--?+(?!no-)([A-Za-z0-9_.-]+[_.-])?(pass(word|wd|phrase)?|secret|token|api[_-]?key)",
            Pattern.CASE_INSENSITIVE);

    @Override
    public String name() {
      return SecurityPolicy.ARGUMENTS;
    }

    @Override
    public Optional<Refusal> refusal(Command command, ProcessConfig config) {
      var secrets =
          config.environment().secrets().values().stream()
              .map(Secret::value)
              .filter(secret -> secret.length() >= SHORTEST)
              .toList();
      return command.argv().stream().anyMatch(word -> isSecret(word, config, secrets))
              || isPassed(command.argv())
          ? Optional.of(
              new Refusal(
                  "an argument holds a password, and everybody on the machine can read it",
                  "pass it in the environment, under 'secrets'"))
          : Optional.empty();
    }

    /// A path is where it is kept, and not the password.
    private static boolean isPassed(List<String> argv) {
      return IntStream.range(1, argv.size())
          .filter(i -> BARE_OPTION.matcher(argv.get(i - 1)).matches())
          .mapToObj(argv::get)
          .anyMatch(next -> !next.isEmpty() && !next.startsWith("-") && next.indexOf('/') < 0);
    }

    private static boolean isSecret(String word, ProcessConfig config, List<String> secrets) {
      var option = OPTION.matcher(word);
      if (option.matches() && Sensitive.isName(option.group(1)) && !isFile(option.group(1))) {
        return true;
      }
      return Template.names(word).stream()
              .filter(name -> name.startsWith("env."))
              .map(name -> name.substring(4))
              .anyMatch(name ->
                  Sensitive.isName(name) || config.environment().secrets().containsKey(name))
          || secrets.stream().anyMatch(Template.unescape(word)::contains);
    }

    /// `--password-file=…` is the right way.
    private static boolean isFile(String option) {
      return option.matches("(?i).*(file|path|dir)");
    }
  }
}
