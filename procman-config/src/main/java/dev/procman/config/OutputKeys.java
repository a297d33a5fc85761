package dev.procman.config;

import static dev.procman.config.Defaults.unless;

import dev.procman.OutputSettings;
import dev.procman.RotatingFile;
import dev.procman.RotatingFile.Prefix;
import dev.procman.StdStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// What happens to a process's output.
final class OutputKeys {
  private static final OutputSettings USUAL = OutputSettings.ofDefaults();
  private static final long MOST_BYTES = 10L * 1024 * 1024;
  private static final List<StdStream> BOTH = List.of(StdStream.values());
  private static final String MODE_WORDS = "three octal digits in quotes, such as \"0640\"";

  private static final Key<String> PATH =
      Key.of("path", Scalars.TEMPLATE_PATH, "the file; `${name}` is the process's name").must();
  private static final Key<Long> MAX_SIZE =
      Key.of(
              "max_size",
              Scalars.size(1024),
              "the file is rotated before it would grow beyond this; default `10MiB`")
          .calledElsewhere("max_bytes", "max_size_mb");
  private static final Key<Integer> KEEP =
      Key.of("keep", Scalars.integer(0, 10_000), "how many rotated files are kept; default 5")
          .calledElsewhere("max_backups", "backups");
  private static final Key<Duration> MAX_AGE =
      Key.of(
          "max_age",
          Scalars.DURATION,
          "rotated when its first line is older; `0s`, the default, means never");
  private static final Key<Duration> KEEP_FOR =
      Key.of(
              "keep_for",
              Scalars.DURATION,
              "rotated files that are older are deleted at the next rotation; `0s`, the default,"
                  + " means never")
          .calledElsewhere("max_age_days");
  private static final Key<Boolean> COMPRESS =
      Key.of(
              "compress",
              Scalars.BOOLEAN,
              "whether rotated files are compressed to `.gz`; default `false`")
          .calledElsewhere("compression", "gzip");
  private static final Key<List<StdStream>> STREAMS =
      Key.of(
              "streams",
              ShortRule.of(
                  ListRule.some(Scalars.word(StdStream.class)),
                  Scalars.word(StdStream.class),
                  Expand::alone),
              "what is written to it: `stdout`, `stderr`, or a list of both, the default")
          .calledElsewhere("stream", "only");
  private static final Key<List<Prefix>> PREFIX =
      Key.of(
              "prefix",
              ShortRule.of(
                  ListRule.of(Scalars.word(Prefix.class)),
                  Scalars.word(Prefix.class),
                  Expand::alone),
              "what each line begins with: a list of `time`, `process`, `stream`; default nothing")
          .calledElsewhere("add_timestamp", "timestamps");
  private static final Key<String> OWNER =
      Key.of(
          "owner",
          Scalars.SOME_TEXT,
          "the user the file belongs to, by name or number; default the one that the process runs as");
  private static final Key<String> GROUP =
      Key.of(
          "group",
          Scalars.SOME_TEXT,
          "the group the file belongs to, by name or number; default the owner's");
  private static final Key<Integer> MODE =
      Key.of(
              "mode",
              LaunchKeys.permissions("mode", MODE_WORDS),
              "permissions of the file, octal, such as `\"0640\"`; default what the host's file mode"
                  + " creation mask leaves")
          .calledElsewhere("permissions", "chmod");

  static final Rule<RotatingFile> FILE =
      ShortRule.of(
              ObjectRule.<RotatingFile>of("output_file")
                  .key(PATH, it -> Optional.of(it.path().toString()))
                  .key(MAX_SIZE, it -> unless(it.maxBytes(), MOST_BYTES))
                  .key(KEEP, it -> unless(it.keep(), 5))
                  .key(MAX_AGE, it -> unless(it.maxAge(), Duration.ZERO))
                  .key(KEEP_FOR, it -> unless(it.keepFor(), Duration.ZERO))
                  .key(COMPRESS, it -> unless(it.compress(), false))
                  .key(STREAMS, it -> unless(List.copyOf(it.streams()), BOTH))
                  .key(PREFIX, it -> unless(List.copyOf(it.prefix()), List.of()))
                  .key(OWNER, RotatingFile::owner)
                  .key(GROUP, RotatingFile::group)
                  .key(
                      MODE,
                      it ->
                          it.mode().isPresent()
                              ? Optional.of(it.mode().getAsInt())
                              : Optional.empty())
                  .make(it ->
                      new RotatingFile(
                          Path.of(it.get(PATH)),
                          it.or(MAX_SIZE, MOST_BYTES),
                          it.or(KEEP, 5),
                          it.or(MAX_AGE, Duration.ZERO),
                          it.or(KEEP_FOR, Duration.ZERO),
                          it.or(COMPRESS, false),
                          Set.copyOf(it.or(STREAMS, BOTH)),
                          Set.copyOf(it.or(PREFIX, List.of())),
                          it.find(OWNER),
                          it.find(GROUP),
                          it.find(MODE).map(OptionalInt::of).orElseGet(OptionalInt::empty))),
              Scalars.TEMPLATE_PATH,
              Expand.under("path"))
          .writtenAs("path");

  private static final Key<Charset> CHARSET =
      Key.of(
              "charset",
              new ScalarRule<>(
                  "the name of a character set such as UTF-8",
                  false,
                  (text, _) -> {
                    try {
                      return Charset.forName(text);
                    } catch (IllegalCharsetNameException | UnsupportedCharsetException wrong) {
                      throw new Unfit(
                          "there is no character set '" + Problems.cut(text) + "'",
                          "the name of a character set such as UTF-8",
                          Nearest.to(text, List.of("UTF-8", "UTF-16", "ISO-8859-1", "US-ASCII"))
                              .orElse(""));
                    }
                  },
                  Charset::name,
                  Map.of("type", "string", "pattern", "^[A-Za-z0-9][A-Za-z0-9+._:-]*$")),
              "how bytes become text; default `UTF-8`")
          .calledElsewhere("encoding");
  private static final Key<Integer> RETAINED =
      Key.of(
          "retained_lines",
          Scalars.integer(1, 10_000_000),
          "how many lines are kept in memory; default 1000");
  private static final Key<Integer> LINE_LENGTH =
      Key.of(
          "max_line_length",
          Scalars.integer(16, 64 * 1024 * 1024),
          "characters after which a line is cut; default 65536");
  private static final Key<Boolean> LOG =
      Key.of(
          "log",
          Scalars.BOOLEAN,
          "whether lines go to the SLF4J logger `procman.out.<name>`; default `false`");
  private static final Key<Boolean> EVENTS =
      Key.of("events", Scalars.BOOLEAN, "whether lines are published as events; default `false`");
  private static final Key<Duration> DRAIN_QUIET =
      Key.of(
          "drain_quiet",
          Scalars.SPAN,
          "after an exit, how long the pipes must be silent; default `500ms`");
  private static final Key<List<RotatingFile>> FILES =
      Key.of(
              "files",
              ShortRule.of(ListRule.of(FILE), Scalars.TEMPLATE_PATH, Expand::alone),
              "rotating files the lines go to: a path, or a list of paths and of keys, see below")
          .calledElsewhere("file", "log_location", "path");
  private static final Key<Boolean> BACK_PRESSURE =
      Key.of(
          "back_pressure",
          Scalars.BOOLEAN,
          "whether the process waits when a reader of its output falls behind; default `false`");

  static final ObjectRule<OutputSettings> OUTPUT =
      ObjectRule.<OutputSettings>of("output")
          .key(CHARSET, it -> unless(it.charset(), USUAL.charset()))
          .key(RETAINED, it -> unless(it.retainedLines(), USUAL.retainedLines()))
          .key(LINE_LENGTH, it -> unless(it.maxLineLength(), USUAL.maxLineLength()))
          .key(LOG, it -> unless(it.log(), false))
          .key(EVENTS, it -> unless(it.events(), false))
          .key(DRAIN_QUIET, it -> unless(it.drainQuiet(), USUAL.drainQuiet()))
          .key(FILES, it -> unless(it.files(), List.of()))
          .key(BACK_PRESSURE, it -> unless(it.backPressure(), false))
          .make(it ->
              new OutputSettings(
                  it.or(CHARSET, USUAL.charset()),
                  it.or(RETAINED, USUAL.retainedLines()),
                  it.or(LINE_LENGTH, USUAL.maxLineLength()),
                  it.or(LOG, false),
                  it.or(EVENTS, false),
                  it.or(DRAIN_QUIET, USUAL.drainQuiet()),
                  it.or(FILES, List.of()),
                  List.of(),
                  it.or(BACK_PRESSURE, false)));

  private OutputKeys() {}
}
