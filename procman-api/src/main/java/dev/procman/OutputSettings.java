package dev.procman;

import dev.procman.spi.OutputSink;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What happens to a child's output. Both pipes are always drained, but for a child that shall wait
/// for its readers. Immutable.
///
/// @param charset how bytes become text; malformed input becomes U+FFFD; default UTF-8
/// @param retainedLines how many lines the ring keeps; default 1000
/// @param maxLineLength characters after which a line is cut; default 65536
/// @param log whether lines go to the SLF4J logger `procman.out.<name>` (stdout as INFO, stderr as
///   WARN); default false
/// @param events whether lines are published as events; default false
/// @param drainQuiet after an exit, how long the pipes must be silent before what is still open
///   counts as cut; default 500 ms
/// @param files rotating files the lines go to
/// @param sinks further places the lines go to
/// @param backPressure whether the child waits when a follower or sink falls behind, as in a
///   shell's pipe, rather than that one loses lines; default false
public record OutputSettings(
    Charset charset,
    int retainedLines,
    int maxLineLength,
    boolean log,
    boolean events,
    Duration drainQuiet,
    List<RotatingFile> files,
    List<OutputSink> sinks,
    boolean backPressure) {

  /// Copies and checks the parts.
  ///
  /// @throws InvalidSpecException when a number is out of range; the message names it
  public OutputSettings {
    files = List.copyOf(files);
    sinks = List.copyOf(sinks);
    if (retainedLines < 1 || retainedLines > 10_000_000) {
      throw new InvalidSpecException("output.retainedLines", retainedLines, "use 1 to 10000000");
    }
    if (maxLineLength < 16 || maxLineLength > 64 * 1024 * 1024) {
      throw new InvalidSpecException("output.maxLineLength", maxLineLength, "use 16 to 67108864");
    }
    InvalidSpecException.requirePositive("output.drainQuiet", drainQuiet);
  }

  /// The defaults above.
  public static OutputSettings ofDefaults() {
    return new OutputSettings(
        StandardCharsets.UTF_8,
        1000,
        65536,
        false,
        false,
        Duration.ofMillis(500),
        List.of(),
        List.of(),
        false);
  }

  /// With another character set.
  public OutputSettings charset(Charset other) {
    return new OutputSettings(
        other, retainedLines, maxLineLength, log, events, drainQuiet, files, sinks, backPressure);
  }

  /// With another ring size.
  public OutputSettings retainedLines(int count) {
    return new OutputSettings(
        charset, count, maxLineLength, log, events, drainQuiet, files, sinks, backPressure);
  }

  /// With another limit on the length of a line, in characters.
  public OutputSettings maxLineLength(int limit) {
    return new OutputSettings(
        charset, retainedLines, limit, log, events, drainQuiet, files, sinks, backPressure);
  }

  /// With lines copied to SLF4J.
  public OutputSettings toLog() {
    return new OutputSettings(
        charset,
        retainedLines,
        maxLineLength,
        true,
        events,
        drainQuiet,
        files,
        sinks,
        backPressure);
  }

  /// With lines published as events.
  public OutputSettings toEvents() {
    return new OutputSettings(
        charset, retainedLines, maxLineLength, log, true, drainQuiet, files, sinks, backPressure);
  }

  /// With another quiet time after the exit.
  public OutputSettings drainQuiet(Duration quiet) {
    return new OutputSettings(
        charset, retainedLines, maxLineLength, log, events, quiet, files, sinks, backPressure);
  }

  /// With one more sink.
  public OutputSettings sink(OutputSink sink) {
    var more = new ArrayList<>(sinks);
    more.add(sink);
    return new OutputSettings(
        charset, retainedLines, maxLineLength, log, events, drainQuiet, files, more, backPressure);
  }

  /// With a child that waits for its readers: while a follower or sink is a whole queue behind,
  /// nothing is read, so that the child waits at its next full pipe. No other child does. Once it
  /// has ended, what it left is read at once.
  public OutputSettings withBackPressure() {
    return new OutputSettings(
        charset, retainedLines, maxLineLength, log, events, drainQuiet, files, sinks, true);
  }

  /// With lines copied to a rotating file.
  public OutputSettings toFile(RotatingFile file) {
    var more = new ArrayList<>(files);
    more.add(file);
    return new OutputSettings(
        charset, retainedLines, maxLineLength, log, events, drainQuiet, more, sinks, backPressure);
  }
}
