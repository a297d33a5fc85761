package dev.procman.config;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/// How much of each line of a YAML text may be shown in a message: up to the first value that must
/// not be quoted, and nothing of what was not understood, comments among it. Made when there is
/// something to be told, by reading the text once more.
final class ShownLines {
  /// Nobody looks for a line in more, and reading it once more takes memory.
  private static final int LONGEST = 1024 * 1024;

  private static final Pattern OTHER_BREAKS = Pattern.compile("\r(?!\n)|[\u0085\u2028\u2029]");
  private static final String BEHIND = "[]{},: \"'";

  private final String[] lines;

  /// How many characters of each line may be shown.
  private final int[] shown;

  /// Where each line was understood to.
  private final int[] known;

  private final ArrayDeque<Level> levels = new ArrayDeque<>();
  private final Map<String, Span> anchors = new HashMap<>();

  /// From one place to another, both from 0.
  private record Span(int line, int column, int endLine, int endColumn) {}

  /// An open list or mapping.
  private static final class Level {
    final KeyPath path;
    final boolean mapping;
    final Mark start;
    final Optional<String> anchor;
    Optional<String> key = Optional.empty();
    int item;

    Level(KeyPath path, boolean mapping, Mark start, Optional<String> anchor) {
      this.path = path;
      this.mapping = mapping;
      this.start = start;
      this.anchor = anchor;
    }
  }

  private ShownLines(String text) {
    // Where the lines of YAML are none of ours, places in them are not known.
    boolean readable = text.length() <= LONGEST && !OTHER_BREAKS.matcher(text).find();
    lines = readable ? text.split("\n", -1) : new String[0];
    shown = new int[lines.length];
    known = new int[lines.length];
    for (int i = 0; i < lines.length; i++) {
      shown[i] = lines[i].length();
    }
  }

  static ShownLines of(Source source) {
    var all = new ShownLines(source.text());
    if (all.lines.length == 0) {
      return all;
    }
    var settings = LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).build();
    try {
      var events = new ParserImpl(settings, new StreamReader(settings, source.text()));
      while (events.hasNext()) {
        all.take(events.next());
      }
    } catch (YamlEngineException | IllegalArgumentException wrong) {
      // From here on nothing is known of it.
      all.levels.clear();
    }
    return all;
  }

  /// What of a line may be shown, if that reaches to the column that the message is about.
  ///
  /// @param number from 1
  /// @param column from 1
  Optional<String> line(int number, int column) {
    if (number < 1 || number > lines.length) {
      return Optional.empty();
    }
    var line = lines[number - 1];
    int end = Math.min(shown[number - 1], line.length());
    int understood = Math.min(known[number - 1], line.length());
    if (!isPunctuation(line.substring(understood))) {
      end = Math.min(end, understood);
    }
    int at = Math.clamp(column - 1, 0, line.length());
    if (at > end && isPunctuation(line.substring(end, at))) {
      end = at;
    }
    if (at > end || line.substring(0, end).isBlank()) {
      return Optional.empty();
    }
    var text = line.substring(0, end).replace('\t', ' ');
    boolean whole = line.substring(end).isBlank();
    return Optional.of(
        whole || end == at ? text + (whole ? "" : "…") : text.stripTrailing() + " …");
  }

  private static boolean isPunctuation(String rest) {
    return rest.chars().allMatch(c -> BEHIND.indexOf(c) >= 0 || c == '\r');
  }

  private void take(Event event) {
    understand(event);
    switch (event) {
      case CollectionStartEvent start -> {
        levels.push(
            new Level(
                path(),
                event instanceof MappingStartEvent,
                event.getStartMark().orElseThrow(),
                anchor(start)));
      }
      case CollectionEndEvent _ -> {
        var ended = levels.pop();
        var end = event.getEndMark().orElseThrow();
        remember(ended.anchor, span(ended.start, end));
        next(Optional.empty());
      }
      case ScalarEvent scalar -> {
        var span = span(scalar.getStartMark().orElseThrow(), scalar.getEndMark().orElseThrow());
        remember(anchor(scalar), span);
        if (isKey()) {
          if (!Quoting.allowsKey(scalar.getValue(), levels.getFirst().path)) {
            hide(span);
          }
          next(Optional.of(scalar.getValue()));
        } else {
          if (!Quoting.allows(path())) {
            hide(span);
          }
          next(Optional.empty());
        }
      }
      case AliasEvent alias -> {
        var aliased = anchors.get(alias.getAlias().getValue());
        if (!isKey() && !Quoting.allows(path())) {
          hide(span(alias.getStartMark().orElseThrow(), alias.getEndMark().orElseThrow()));
        }
        // What it stands for belongs here too.
        if (aliased != null && !Quoting.allows(path())) {
          hide(aliased);
        }
        next(Optional.empty());
      }
      default -> {}
    }
  }

  private static Optional<String> anchor(NodeEvent event) {
    return event.getAnchor().map(anchor -> anchor.getValue());
  }

  private void remember(Optional<String> anchor, Span span) {
    anchor.ifPresent(name -> anchors.put(name, span));
  }

  private static Span span(Mark start, Mark end) {
    return new Span(start.getLine(), start.getColumn(), end.getLine(), end.getColumn());
  }

  private boolean isKey() {
    return !levels.isEmpty() && levels.getFirst().mapping && levels.getFirst().key.isEmpty();
  }

  /// The way to the value that comes next.
  private KeyPath path() {
    if (levels.isEmpty()) {
      return KeyPath.ROOT;
    }
    var level = levels.getFirst();
    return level.mapping ? level.path.key(level.key.orElse("")) : level.path.item(level.item);
  }

  private void next(Optional<String> key) {
    if (!levels.isEmpty()) {
      levels.getFirst().key = key;
      levels.getFirst().item++;
    }
  }

  /// Ends of blocks have no width, and lie behind comments.
  private void understand(Event event) {
    if (event instanceof NodeEvent || event instanceof CollectionEndEvent) {
      var start = event.getStartMark().orElseThrow();
      var end = event.getEndMark().orElseThrow();
      if (start.getIndex() < end.getIndex() && end.getLine() < lines.length) {
        known[end.getLine()] = Math.max(known[end.getLine()], end.getColumn());
      }
    }
  }

  private void hide(Span span) {
    for (int line = span.line; line <= span.endLine && line < lines.length; line++) {
      shown[line] = Math.min(shown[line], line == span.line ? span.column : 0);
    }
  }
}
