package dev.procman.config;

import dev.procman.config.Node.Entry;
import dev.procman.config.Node.Kind;
import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Scalar;
import dev.procman.config.Node.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/// Makes nodes of one YAML document. It works on the parser's events and not on its nodes, so that
/// a hostile document is refused at the event that goes beyond a limit and not after all of it was
/// built.
final class YamlReader {
  private static final String TEXT_TAG = "tag:yaml.org,2002:str";

  private final Source source;
  private final Limits limits;
  private final Problems problems;
  private final Map<String, Anchored> anchors = new HashMap<>();
  private int aliases;
  private int values;

  /// Where the last value is that was read.
  private Place latest;

  /// The last text in quotes that goes over several lines.
  private @Nullable ScalarEvent longQuoted;

  private record Anchored(Node node, int values) {}

  /// Ends the reading; what was wrong has been told.
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refused() {
      super(null, null, false, false);
    }
  }

  private YamlReader(Source source, Limits limits, Problems problems) {
    this.source = source;
    this.limits = limits;
    this.problems = problems;
    this.latest = source.start();
  }

  /// The document's root; nothing when it is empty, or not to be read, which is told.
  static Optional<Node> read(Source source, Limits limits, Problems problems) {
    return new YamlReader(source, limits, problems).read();
  }

  private Optional<Node> read() {
    var settings =
        LoadSettings.builder().setLabel(source.name()).setCodePointLimit(Integer.MAX_VALUE).build();
    try {
      var events = new ParserImpl(settings, new StreamReader(settings, source.text()));
      return document(events);
    } catch (Refused told) {
      return Optional.empty();
    } catch (MarkedYamlEngineException wrong) {
      var trouble = unclosed(wrong).orElseGet(() -> YamlTrouble.of(wrong));
      problems.add(
          trouble.mark().map(this::at).orElse(source.start()),
          KeyPath.ROOT,
          trouble.message(),
          trouble.expected());
      return Optional.empty();
    } catch (IllegalArgumentException wrong) {
      // The parser's own fault: it takes the eight digits of an escape for a number below 2^31.
      problems.add(
          latest,
          KeyPath.ROOT,
          "after this a backslash in double quotes begins an escape for no character",
          "two backslashes, or single quotes");
      return Optional.empty();
    } catch (ReaderException wrong) {
      problems.add(
          unreadable(wrong.getPosition()),
          KeyPath.ROOT,
          "there is a character that no text may have, U+%04X".formatted(wrong.getCodePoint()),
          "text without control characters");
      return Optional.empty();
    } catch (YamlEngineException wrong) {
      problems.add(source.start(), KeyPath.ROOT, "this is no YAML", "keys with values");
      return Optional.empty();
    }
  }

  private Optional<Node> document(Iterator<Event> events) {
    Optional<Node> root = Optional.empty();
    while (events.hasNext()) {
      var event = events.next();
      if (event.getEventId() == Event.ID.DocumentStart) {
        if (root.isPresent()) {
          throw refuse(at(event), "a second document begins", "one document in a file");
        }
        root = Optional.of(node(events.next(), events, KeyPath.ROOT, 1));
      }
    }
    return root.filter(node -> !(node instanceof Scalar scalar && scalar.isNull()));
  }

  /// A quote that is not closed goes on to the next one, and what follows that is no YAML.
  private Optional<YamlTrouble> unclosed(MarkedYamlEngineException wrong) {
    var quoted = longQuoted;
    var stumbled = wrong.getProblemMark();
    if (quoted == null || stumbled.isEmpty()) {
      return Optional.empty();
    }
    int end = quoted.getEndMark().map(Mark::getLine).orElse(-1);
    return stumbled.get().getLine() == end
        ? Optional.of(YamlTrouble.unclosedQuote(quoted.getStartMark(), end + 1))
        : Optional.empty();
  }

  /// @param codePoints how many are before it
  private Place unreadable(int codePoints) {
    var text = source.text();
    int at = 0;
    for (int i = 0; i < codePoints && at < text.length(); i++) {
      at += Character.charCount(text.codePointAt(at));
    }
    var before = text.substring(0, at);
    int line = (int) before.chars().filter(c -> c == '\n').count();
    return source.at(line + 1, at - before.lastIndexOf('\n'));
  }

  private Place at(Mark mark) {
    return source.at(mark.getLine() + 1, mark.getColumn() + 1);
  }

  private Place at(Event event) {
    return event.getStartMark().map(this::at).orElse(source.start());
  }

  private Refused refuse(Place place, String message, String expected) {
    problems.add(place, KeyPath.ROOT, message, expected);
    return new Refused();
  }

  private Node node(Event event, Iterator<Event> events, KeyPath path, int depth) {
    var place = at(event);
    latest = place;
    count(1, place);
    if (depth > limits.depth()) {
      throw refuse(
          place, "nested deeper than " + limits.depth() + " levels", "less, or a higher limit");
    }
    int before = values;
    var node =
        switch (event) {
          case AliasEvent alias -> alias(alias, place, path);
          case ScalarEvent scalar -> scalar(scalar, place, path);
          case SequenceStartEvent list -> sequence(list, events, place, path, depth);
          case MappingStartEvent map -> mapping(map, events, place, path, depth);
          default -> throw refuse(place, "nothing can be read here", "a value");
        };
    if (event instanceof NodeEvent anchored && !(event instanceof AliasEvent)) {
      int size = values - before + 1;
      anchored.getAnchor().ifPresent(it -> anchors.put(it.getValue(), new Anchored(node, size)));
    }
    return node;
  }

  private void count(int more, Place place) {
    values += more;
    if (values > limits.values()) {
      throw refuse(
          place,
          "more than " + limits.values() + " values, counting what aliases repeat",
          "fewer, or a higher limit");
    }
  }

  private Node alias(AliasEvent alias, Place place, KeyPath path) {
    if (++aliases > limits.aliases()) {
      throw refuse(place, "more than " + limits.aliases() + " aliases", "fewer, or a higher limit");
    }
    var name = alias.getAlias().getValue();
    var known = anchors.get(name);
    if (known == null) {
      var shown = Quoting.allows(path) ? " '" + Problems.cut(name) + "'" : "";
      throw refuse(
          place,
          "there is no anchor" + shown + " before this alias",
          "an anchor, or quotes around a value that begins with '*'");
    }
    count(known.values(), place);
    return known.node();
  }

  private void requirePlainTag(Optional<String> tag, String allowed, Place place, KeyPath path) {
    if (tag.isPresent() && !tag.get().equals(allowed) && !tag.get().equals("!")) {
      boolean quoted = Quoting.allows(path);
      problems.add(
          place,
          KeyPath.ROOT,
          quoted ? tag.get() : "",
          "the tag " + (quoted ? "'" + Problems.cut(tag.get()) + "' " : "") + "means nothing here",
          "a value without a tag, or quotes around one that begins with '!'",
          Optional.empty());
    }
  }

  private Scalar scalar(ScalarEvent event, Place place, KeyPath path) {
    requirePlainTag(event.getTag(), TEXT_TAG, place, path);
    boolean goesOn =
        !event.isPlain()
            && !event.isLiteral()
            && !event.isFolded()
            && event.getStartMark().map(Mark::getLine).orElse(0)
                < event.getEndMark().map(Mark::getLine).orElse(0);
    if (goesOn) {
      longQuoted = event;
    }
    boolean plain = event.isPlain() && event.getTag().isEmpty();
    var text = event.getValue();
    return Scalar.of(text, plain ? ScalarKinds.of(text) : Kind.TEXT, place);
  }

  private Sequence sequence(
      SequenceStartEvent start, Iterator<Event> events, Place place, KeyPath path, int depth) {
    requirePlainTag(start.getTag(), "tag:yaml.org,2002:seq", place, path);
    var items = new ArrayList<Node>();
    for (var event = events.next();
        event.getEventId() != Event.ID.SequenceEnd;
        event = events.next()) {
      items.add(node(event, events, path.item(items.size()), depth + 1));
    }
    return new Sequence(items, place, Optional.empty());
  }

  private Mapping mapping(
      MappingStartEvent start, Iterator<Event> events, Place place, KeyPath path, int depth) {
    requirePlainTag(start.getTag(), "tag:yaml.org,2002:map", place, path);
    var entries = new LinkedHashMap<String, Entry>();
    for (var event = events.next();
        event.getEventId() != Event.ID.MappingEnd;
        event = events.next()) {
      var keyPlace = at(event);
      var key = node(event, events, path, depth + 1);
      var below = key instanceof Scalar named ? path.key(named.text()) : path;
      var value = node(events.next(), events, below, depth + 1);
      if (!(key instanceof Scalar name)) {
        problems.add(keyPlace, KeyPath.ROOT, "a key is " + key.kindWords(), "text");
        continue;
      }
      var first = entries.putIfAbsent(name.text(), new Entry(keyPlace, value));
      if (first != null) {
        problems.add(
            keyPlace,
            KeyPath.ROOT,
            Quoting.key(name.text(), path),
            "the key '"
                + Quoting.key(name.text(), path)
                + "' stands here a second time, first in line "
                + first.keyPlace().line(),
            "each key once",
            Optional.empty());
      }
    }
    return Mapping.of(entries, place);
  }
}
