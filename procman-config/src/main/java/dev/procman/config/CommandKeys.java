package dev.procman.config;

import dev.procman.Command;
import java.util.List;
import java.util.Optional;

/// What to run: a program with arguments, or a script for a shell.
final class CommandKeys {
  private static final ScalarRule<List<String>> LINE =
      new ScalarRule<>(
          "a command line without anything that needs a shell",
          true,
          (text, _) -> CommandWords.split(text),
          words -> String.join(" ", words),
          Scalars.like("^" + Scalars.SOME + "$"));

  /// A program and its arguments.
  static final Rule<List<String>> ARGV =
      ShortRule.of(ListRule.begunBy(Scalars.SOME_TEMPLATE, Scalars.TEMPLATE), LINE, Expand::words);

  private static final Key<String> INTERPRETER =
      Key.of("interpreter", Scalars.SOME_TEMPLATE, "the shell; default `/bin/sh`");
  private static final Key<String> SCRIPT =
      Key.of("script", Scalars.SOME_TEMPLATE, "what it runs, by `-c`").must();

  static final String SHELL = "/bin/sh";

  private static final Rule<Command.Shell> SCRIPTED =
      ShortRule.of(
              ObjectRule.<Command.Shell>of("shell")
                  .key(
                      INTERPRETER,
                      it -> Optional.of(it.interpreter()).filter(path -> !path.equals(SHELL)))
                  .key(SCRIPT, it -> Optional.of(it.script()))
                  .make(it -> new Command.Shell(it.or(INTERPRETER, SHELL), it.get(SCRIPT))),
              Scalars.SOME_TEMPLATE,
              Expand.under("script"))
          .writtenAs("script");

  /// A program with its arguments.
  static final Key<List<String>> COMMAND =
      Key.of(
              "command",
              ARGV,
              "the program and its arguments: a list, or a text that is split at spaces outside of"
                  + " quotes; no shell")
          .calledElsewhere("cmd", "exec", "run", "entrypoint", "program")
          .notQuoted();

  /// A script.
  static final Key<Command.Shell> SCRIPTS =
      Key.of(
              "shell",
              SCRIPTED,
              "a script for `/bin/sh`, or `{interpreter, script}`; in place of `command`")
          .calledElsewhere("script", "sh", "bash")
          .notQuoted();

  private CommandKeys() {}

  static Optional<List<String>> argv(Command command) {
    return command instanceof Command.Exec exec ? Optional.of(exec.argv()) : Optional.empty();
  }

  static Optional<Command.Shell> script(Command command) {
    return command instanceof Command.Shell shell ? Optional.of(shell) : Optional.empty();
  }

  static Command of(Values values) {
    return values
        .find(COMMAND)
        .<Command>map(Command.Exec::new)
        .orElseGet(() -> values.get(SCRIPTS));
  }
}
