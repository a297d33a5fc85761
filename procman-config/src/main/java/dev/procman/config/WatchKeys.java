package dev.procman.config;

import static dev.procman.config.Defaults.unless;

import dev.procman.InvalidSpecException;
import dev.procman.Signal;
import dev.procman.watch.FileSelection;
import dev.procman.watch.FileWatch;
import dev.procman.watch.OnChange;
import dev.procman.watch.OnFailure;
import dev.procman.watch.PathPattern;
import dev.procman.watch.WatchMode;
import dev.procman.watch.WatchTiming;
import dev.procman.watch.WatchedFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Which files a process is restarted for.
final class WatchKeys {
  private static final WatchTiming TIMING = WatchTiming.ofDefaults();
  private static final long COPIED = 256L * 1024 * 1024;

  private static final Key<List<String>> PATHS =
      Key.of(
              "paths",
              ShortRule.of(ListRule.some(Scalars.PATH), Scalars.PATH, Expand::alone),
              "directories")
          .calledElsewhere("path", "directories", "roots");
  private static final Key<String> FILE =
      Key.of("file", Scalars.PATH, "one file, in place of `paths`");

  private static final Key<String> GLOB = Key.of("glob", pattern(true), "with `*` and `**`");
  private static final Key<String> REGEX =
      Key.of("regex", pattern(false), "a regular expression over the whole path");
  private static final Rule<PathPattern> PATTERN =
      ShortRule.of(
              ObjectRule.<PathPattern>of("path_pattern")
                  .key(
                      GLOB,
                      it ->
                          it instanceof PathPattern.Glob(String text)
                              ? Optional.of(text)
                              : Optional.empty())
                  .key(
                      REGEX,
                      it ->
                          it instanceof PathPattern.Regex(String text)
                              ? Optional.of(text)
                              : Optional.empty())
                  .exactlyOne(GLOB, REGEX)
                  .make(it ->
                      it.find(GLOB)
                          .<PathPattern>map(PathPattern.Glob::new)
                          .orElseGet(() -> new PathPattern.Regex(it.get(REGEX)))),
              GLOB.rule(),
              Expand.under("glob"))
          .writtenAs("glob");
  private static final Key<List<PathPattern>> INCLUDE =
      Key.of("include", patterns(), "only files that match one of these; default all");
  private static final Key<List<PathPattern>> EXCLUDE =
      Key.of("exclude", patterns(), "no file or directory that matches").calledElsewhere("ignore");
  private static final Key<Boolean> NOISE =
      Key.of(
          "noise",
          Scalars.BOOLEAN,
          "whether swap files, `.git`, `*.log` and the like matter too; default `false`");
  private static final Key<Boolean> GIT_IGNORE =
      Key.of(
          "gitignore",
          Scalars.BOOLEAN,
          "whether what `.gitignore` ignores is left out; default `false`");
  private static final Key<Integer> DEPTH =
      Key.of(
          "depth",
          Scalars.integer(0, 1_000_000),
          "how many levels of directories are looked into; default 1000");
  private static final Key<Boolean> LINKS =
      Key.of("follow_links", Scalars.BOOLEAN, "whether links lead into the tree; default `false`");
  private static final Key<Boolean> COMPARE =
      Key.of(
          "compare",
          Scalars.word(Ordered.pairs("content", true, "times", false)),
          "what tells a change: `content` or `times`; default `content`");
  private static final Key<WatchMode> MODE =
      Key.of(
          "mode",
          Scalars.word(WatchMode.class),
          "how changes are noticed: `auto`, `native` or `polling`; default `auto`");
  private static final Key<Duration> DEBOUNCE =
      Key.of(
          "debounce", Scalars.DURATION, "acts after this time without a change; default `300ms`");
  private static final Key<Duration> MAX_WAIT =
      Key.of(
          "max_wait",
          Scalars.DURATION,
          "acts after this time though more changes keep coming; default `10s`");
  private static final Key<Duration> SETTLE =
      Key.of(
          "settle",
          Scalars.DURATION,
          "how long a half written archive is waited for; default `30s`");
  private static final Key<Duration> POLL =
      Key.of("poll", Scalars.SPAN, "how often files are looked at with `polling`; default `1s`");

  private static final Key<Boolean> ON_CHANGE =
      Key.of(
              "on_change",
              Scalars.word(Ordered.<Boolean>pairs("restart", false, "restart_dependents", true)),
              "`restart`, or `restart_dependents` for those that depend on it too; default `restart`")
          .calledElsewhere("action");
  private static final Key<Signal> SIGNAL =
      Key.of("signal", ShutdownKeys.SIGNAL, "a signal to send in place of a restart");
  private static final Key<List<String>> COMMAND =
      Key.of("command", CommandKeys.ARGV, "a command to run in place of a restart").notQuoted();

  private enum Failure {
    KEEP_TRYING,
    STAY_DOWN,
    ROLL_BACK
  }

  private static final Key<Failure> ON_FAILURE =
      Key.of(
          "on_failure",
          Scalars.word(Failure.class),
          "when it does not become ready after a change: `keep_trying`, `stay_down` or"
              + " `roll_back`; default `keep_trying`");
  private static final Key<Long> ROLL_BACK_LIMIT =
      Key.of(
          "roll_back_limit", Scalars.size(1), "how much may be copied for that; default `256MiB`");
  private static final Key<Integer> MOST_RESTARTS =
      Key.of(
          "most_restarts",
          Scalars.integer(1, 1_000_000),
          "more restarts than that within `window` suspend the watch; default 10");
  private static final Key<Duration> WINDOW =
      Key.of("window", Scalars.SPAN, "the time in which restarts are counted; default `1m`");

  static final Rule<FileWatch> WATCH =
      ShortRule.of(
              ObjectRule.<FileWatch>of("watch")
                  .key(PATHS, it -> Optional.of(paths(it)))
                  .key(FILE, _ -> Optional.empty())
                  .key(INCLUDE, it -> unless(it.files().selection().includes(), List.of()))
                  .key(EXCLUDE, it -> unless(it.files().selection().excludes(), List.of()))
                  .key(NOISE, it -> unless(it.files().selection().noise(), false))
                  .key(GIT_IGNORE, it -> unless(it.files().selection().gitIgnore(), false))
                  .key(DEPTH, it -> unless(it.files().selection().depth(), 1000))
                  .key(LINKS, it -> unless(it.files().linksFollowed(), false))
                  .key(COMPARE, it -> unless(it.files().compareContent(), true))
                  .key(MODE, it -> unless(it.files().mode(), WatchMode.AUTO))
                  .key(DEBOUNCE, it -> unless(it.files().timing().debounce(), TIMING.debounce()))
                  .key(
                      MAX_WAIT,
                      it ->
                          unless(
                              it.files().timing().maxWait(),
                              longest(it.files().timing().debounce())))
                  .key(SETTLE, it -> unless(it.files().timing().settle(), TIMING.settle()))
                  .key(POLL, it -> unless(it.files().timing().poll(), TIMING.poll()))
                  .key(ON_CHANGE, it -> dependents(it.onChange()))
                  .key(
                      SIGNAL,
                      it ->
                          it.onChange() instanceof OnChange.Send(Signal signal)
                              ? Optional.of(signal)
                              : Optional.empty())
                  .key(
                      COMMAND,
                      it ->
                          it.onChange() instanceof OnChange.Run(List<String> argv)
                              ? Optional.of(argv)
                              : Optional.empty())
                  .key(ON_FAILURE, it -> unless(failure(it.onFailure()), Failure.KEEP_TRYING))
                  .key(
                      ROLL_BACK_LIMIT,
                      it ->
                          it.onFailure() instanceof OnFailure.RollBack(long most)
                              ? unless(most, COPIED)
                              : Optional.empty())
                  .key(MOST_RESTARTS, it -> unless(it.mostRestarts(), 10))
                  .key(WINDOW, it -> unless(it.window(), Duration.ofMinutes(1)))
                  .exactlyOne(PATHS, FILE)
                  .atMostOne(FILE, INCLUDE)
                  .atMostOne(FILE, DEPTH)
                  .atMostOne(ON_CHANGE, SIGNAL, COMMAND)
                  .make(WatchKeys::watch),
              Scalars.PATH,
              Expand.under("paths"))
          .or(ListRule.some(Scalars.PATH), Expand.under("paths"));

  private WatchKeys() {}

  private static ScalarRule<String> pattern(boolean glob) {
    var words = glob ? "a pattern such as **/*.class" : "a regular expression";
    return new ScalarRule<>(
        words,
        false,
        (text, _) -> {
          if (Scalars.withoutNul(text).isBlank()) {
            throw new Unfit("it is blank", words);
          }
          try {
            PathPattern _ = glob ? new PathPattern.Glob(text) : new PathPattern.Regex(text);
            return text;
          } catch (InvalidSpecException wrong) {
            throw new Unfit(Problems.words(wrong), words);
          }
        },
        text -> text,
        Scalars.like("^" + Scalars.SOME + "$"));
  }

  private static Rule<List<PathPattern>> patterns() {
    return ShortRule.of(ListRule.of(PATTERN), GLOB.rule(), Expand::alone);
  }

  /// Where it looks.
  ///
  /// @throws InvalidSpecException when the host's own code is part of it
  private static List<String> paths(FileWatch watch) {
    if (!watch.files().conditions().isEmpty() || watch.onChange() instanceof OnChange.Call) {
      throw new InvalidSpecException(
          "watch", watch.files().roots(), "leave out conditions and calls, which no file can hold");
    }
    return watch.files().roots().stream().map(Path::toString).toList();
  }

  private static Duration longest(Duration debounce) {
    return debounce.compareTo(TIMING.maxWait()) > 0 ? debounce : TIMING.maxWait();
  }

  private static Optional<Boolean> dependents(OnChange change) {
    return change instanceof OnChange.Restart(boolean others)
        ? unless(others, false)
        : Optional.empty();
  }

  private static Failure failure(OnFailure answer) {
    return switch (answer) {
      case OnFailure.KeepTrying() -> Failure.KEEP_TRYING;
      case OnFailure.StayDown() -> Failure.STAY_DOWN;
      case OnFailure.RollBack(long _) -> Failure.ROLL_BACK;
    };
  }

  private static FileWatch watch(Values it) {
    var change =
        it.find(SIGNAL)
            .<OnChange>map(OnChange.Send::new)
            .or(() -> it.find(COMMAND).map(OnChange.Run::new))
            .orElseGet(() -> new OnChange.Restart(it.or(ON_CHANGE, false)));
    var answer =
        switch (it.or(ON_FAILURE, Failure.KEEP_TRYING)) {
          case KEEP_TRYING -> new OnFailure.KeepTrying();
          case STAY_DOWN -> new OnFailure.StayDown();
          case ROLL_BACK -> new OnFailure.RollBack(it.or(ROLL_BACK_LIMIT, COPIED));
        };
    return new FileWatch(
        files(it), change, answer, it.or(MOST_RESTARTS, 10), it.or(WINDOW, Duration.ofMinutes(1)));
  }

  private static WatchedFiles files(Values it) {
    var base =
        it.find(FILE)
            .map(file -> WatchedFiles.of(Path.of(file)))
            .orElseGet(() -> WatchedFiles.under(Path.of(it.get(PATHS).getFirst())));
    var chosen = base.selection();
    var debounce = it.or(DEBOUNCE, TIMING.debounce());
    return new WatchedFiles(
        it.find(PATHS)
            .map(paths -> paths.stream().map(path -> Path.of(path)).toList())
            .orElse(base.roots()),
        new FileSelection(
            it.or(INCLUDE, chosen.includes()),
            it.or(EXCLUDE, chosen.excludes()),
            it.or(NOISE, chosen.noise()),
            it.or(GIT_IGNORE, chosen.gitIgnore()),
            it.or(DEPTH, chosen.depth())),
        it.or(LINKS, base.linksFollowed()),
        it.or(COMPARE, base.compareContent()),
        it.or(MODE, base.mode()),
        new WatchTiming(
            debounce,
            it.or(MAX_WAIT, longest(debounce)),
            it.or(SETTLE, TIMING.settle()),
            it.or(POLL, TIMING.poll())),
        List.of());
  }
}
