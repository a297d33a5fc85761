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
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
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
      var place =
          wrong.getProblemMark().or(wrong::getContextMark).map(this::at).orElse(source.start());
      var context = wrong.getContext();
      problems.add(
          place,
          KeyPath.ROOT,
          "this is no YAML: "
              + (context == null || context.isBlank() ? "" : Problems.cut(context) + ", ")
              + Problems.cut(String.valueOf(wrong.getProblem())),
          "");
      return Optional.empty();
    } catch (YamlEngineException wrong) {
      problems.add(
          source.start(),
          KeyPath.ROOT,
          "this is no YAML: " + Problems.cut(String.valueOf(wrong.getMessage())),
          "");
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
        root = Optional.of(node(events.next(), events, 1));
      }
    }
    return root.filter(node -> !(node instanceof Scalar scalar && scalar.isNull()));
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

  private Node node(Event event, Iterator<Event> events, int depth) {
    var place = at(event);
    count(1, place);
    if (depth > limits.depth()) {
      throw refuse(
          place, "nested deeper than " + limits.depth() + " levels", "less, or a higher limit");
    }
    int before = values;
    var node =
        switch (event) {
          case AliasEvent alias -> alias(alias, place);
          case ScalarEvent scalar -> scalar(scalar, place);
          case SequenceStartEvent list -> sequence(list, events, place, depth);
          case MappingStartEvent map -> mapping(map, events, place, depth);
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

  private Node alias(AliasEvent alias, Place place) {
    if (++aliases > limits.aliases()) {
      throw refuse(place, "more than " + limits.aliases() + " aliases", "fewer, or a higher limit");
    }
    var name = alias.getAlias().getValue();
    var known = anchors.get(name);
    if (known == null) {
      throw refuse(place, "there is no anchor '" + Problems.cut(name) + "' before this alias", "");
    }
    count(known.values(), place);
    return known.node();
  }

  private void requirePlainTag(Optional<String> tag, String allowed, Place place) {
    if (tag.isPresent() && !tag.get().equals(allowed) && !tag.get().equals("!")) {
      problems.add(
          place,
          KeyPath.ROOT,
          tag.get(),
          "the tag '" + Problems.cut(tag.get()) + "' means nothing here",
          "a value without a tag",
          Optional.empty());
    }
  }

  private Scalar scalar(ScalarEvent event, Place place) {
    requirePlainTag(event.getTag(), TEXT_TAG, place);
    boolean plain = event.isPlain() && event.getTag().isEmpty();
    var text = event.getValue();
    return Scalar.of(text, plain ? ScalarKinds.of(text) : Kind.TEXT, place);
  }

  private Sequence sequence(
      SequenceStartEvent start, Iterator<Event> events, Place place, int depth) {
    requirePlainTag(start.getTag(), "tag:yaml.org,2002:seq", place);
    var items = new ArrayList<Node>();
    for (var event = events.next();
        event.getEventId() != Event.ID.SequenceEnd;
        event = events.next()) {
      items.add(node(event, events, depth + 1));
    }
    return new Sequence(items, place, Optional.empty());
  }

  private Mapping mapping(MappingStartEvent start, Iterator<Event> events, Place place, int depth) {
    requirePlainTag(start.getTag(), "tag:yaml.org,2002:map", place);
    var entries = new LinkedHashMap<String, Entry>();
    for (var event = events.next();
        event.getEventId() != Event.ID.MappingEnd;
        event = events.next()) {
      var keyPlace = at(event);
      var key = node(event, events, depth + 1);
      var value = node(events.next(), events, depth + 1);
      if (!(key instanceof Scalar name)) {
        problems.add(keyPlace, KeyPath.ROOT, "a key is " + key.kindWords(), "text");
        continue;
      }
      var first = entries.putIfAbsent(name.text(), new Entry(keyPlace, value));
      if (first != null) {
        problems.add(
            keyPlace,
            KeyPath.ROOT,
            name.text(),
            "the key '"
                + Problems.cut(name.text())
                + "' stands here a second time, first in line "
                + first.keyPlace().line(),
            "each key once",
            Optional.empty());
      }
    }
    return Mapping.of(entries, place);
  }
}
