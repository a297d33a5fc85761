package dev.procman.config;

import dev.procman.Signal;
import dev.procman.config.ForeignMapping.Text;

/// Reads how a process of process-compose is asked to end, and whether it is started again when it
/// has ended.
///
/// @param keys the keys of the process
/// @param values reads numbers and truths
/// @param shell what runs commands
/// @param process what is made of it
record ComposeEnds(
    ForeignMapping keys,
    ComposeValues values,
    ImportTarget.Shell shell,
    ImportTree process,
    ImportFindings findings) {

  /// Reads whether it is started again.
  void restart() {
    var availability = keys.fields("availability");
    var restart = availability.flatMap(it -> it.text("restart"));
    var mode = restart.map(values.text()::now).orElse("no");
    int backoff =
        availability.flatMap(it -> it.text("backoff_seconds")).flatMap(values::number).orElse(1);
    int most =
        availability.flatMap(it -> it.text("max_restarts")).flatMap(values::number).orElse(0);
    availability.ifPresent(it -> {
      it.cannot("exit_on_end", "left out: the others go on; close the manager when it ends");
      it.cannot(
          "exit_on_skipped", "left out: the others go on; close the manager when it is skipped");
      it.rest("left out: availability has no such key");
    });
    if (most > 1000) {
      restart.ifPresent(it ->
          findings.add(
              it.place(),
              keys.path("availability.max_restarts"),
              "no limit: 1000 is the most that is counted"));
    }
    int limit = most > 1000 ? 0 : Math.max(0, most);
    switch (mode) {
      case "always", "on_failure" ->
          ImportTarget.restartFixed(process, mode.equals("always"), Math.max(1, backoff), limit);
      default -> {
        ImportTarget.noRestart(process);
        restart
            .filter(_ -> !ForeignWords.isFalse(mode))
            .ifPresent(it ->
                findings.add(
                    it.place(),
                    it.path(),
                    mode.equals("exit_on_failure")
                        ? "not restarted, and the others go on; close the manager when it fails"
                        : "not restarted: '" + mode + "' is no such mode"));
      }
    }
  }

  /// Reads how it is asked to end.
  void shutdown() {
    var shutdown = keys.fields("shutdown");
    var command = shutdown.flatMap(it -> it.text("command")).filter(it -> !it.text().isEmpty());
    var typed = shutdown.flatMap(it -> it.text("send_keys")).filter(it -> !it.text().isEmpty());
    var signal = shutdown.flatMap(it -> it.text("signal"));
    boolean leader =
        shutdown.flatMap(it -> it.text("parent_only")).map(values::isTrue).orElse(false);
    var given =
        shutdown
            .flatMap(it -> it.text("timeout_seconds"))
            .flatMap(values::number)
            .filter(it -> it > 0);
    int timeout = given.orElse(10);
    var patience = timeout + "s";
    shutdown
        .filter(_ -> command.isEmpty() && typed.isEmpty() && given.isEmpty())
        .ifPresent(it ->
            findings.add(
                it.place(),
                it.path("timeout_seconds"),
                "killed after " + patience + "; process-compose waits for ever"));
    if (command.isPresent()) {
      ImportTarget.stopByCommand(
          process, shell, values.text().unrenderedScript(command.get()), patience);
      findings.add(
          command.get().place(),
          command.get().path(),
          "when the command fails, it is killed after " + patience + " and not at once");
      typed.ifPresent(
          it -> findings.add(it.place(), it.path(), "left out: there is a command too"));
    } else if (typed.isPresent()) {
      ImportTarget.stopByText(
          process, Template.escape(Escapes.decode(typed.get().text())), patience);
    } else {
      ImportTarget.stopBySignal(
          process, signal.map(this::signal).orElse(Signal.TERM).name(), leader, patience);
    }
    shutdown.ifPresent(it -> it.rest("left out: shutdown has no such key"));
  }

  private Signal signal(Text text) {
    return values
        .number(text)
        .filter(it -> it != 0)
        .map(number ->
            Signal.ofNumber(number)
                .orElseGet(() -> {
                  findings.add(
                      text.place(),
                      text.path(),
                      "TERM in its place: procman sends no signal " + number);
                  return Signal.TERM;
                }))
        .orElse(Signal.TERM);
  }
}
