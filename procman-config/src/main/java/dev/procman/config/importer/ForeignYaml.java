package dev.procman.config.importer;

import dev.procman.config.importer.Foreign.Field;
import dev.procman.config.importer.Foreign.Fields;
import dev.procman.config.importer.Foreign.Items;
import dev.procman.config.importer.Foreign.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/// Reads YAML as it is: nothing is converted, all scalars are texts, places are kept. `<<` merges,
/// as YAML 1.1 has it, since files of others rely on it.
final class ForeignYaml {
  /// More than any file written by hand; aliases multiply.
  private static final int MOST_NODES = 200_000;

  private final String file;
  private int nodes;

  private ForeignYaml(String file) {
    this.file = file;
  }

  static Fields read(String file, String text) {
    var yaml = new ForeignYaml(file);
    var settings = LoadSettings.builder().setLabel(file).setMaxAliasesForCollections(50).build();
    Optional<Node> root;
    try {
      root =
          new Composer(settings, new ParserImpl(settings, new StreamReader(settings, text)))
              .getSingleNode();
    } catch (MarkedYamlEngineException broken) {
      var place = broken.getProblemMark().map(yaml::place).orElse(yaml.start());
      throw Unreadable.at(place, String.valueOf(broken.getProblem()), "YAML");
    } catch (YamlEngineException broken) {
      throw Unreadable.at(yaml.start(), String.valueOf(broken.getMessage()), "YAML");
    }
    if (root.isEmpty()) {
      return new Fields(yaml.start(), Map.of());
    }
    if (yaml.value(root.get(), 0) instanceof Fields fields) {
      return fields;
    }
    throw Unreadable.at(yaml.place(root.get()), "this is no mapping", "keys and values");
  }

  private Place start() {
    return new Place(file, 1, 1);
  }

  private Place place(Mark mark) {
    return new Place(file, mark.getLine() + 1, mark.getColumn() + 1);
  }

  private Place place(Node node) {
    return node.getStartMark().map(this::place).orElse(start());
  }

  private Foreign value(Node node, int depth) {
    nodes++;
    if (nodes > MOST_NODES || depth > 50) {
      throw Unreadable.at(
          place(node),
          "there is too much of it",
          "at most " + MOST_NODES + " values, 50 levels deep");
    }
    return switch (node) {
      case ScalarNode scalar -> new Scalar(place(node), text(scalar));
      case SequenceNode sequence -> {
        var items = new ArrayList<Foreign>();
        for (Node item : sequence.getValue()) {
          items.add(value(item, depth + 1));
        }
        yield new Items(place(node), items);
      }
      case MappingNode mapping -> new Fields(place(node), fields(mapping, depth));
      default ->
          throw Unreadable.at(place(node), "this is no value", "a text, a list or a mapping");
    };
  }

  private static String text(ScalarNode scalar) {
    return scalar.getTag().equals(Tag.NULL) ? "" : scalar.getValue();
  }

  private Map<String, Field> fields(MappingNode mapping, int depth) {
    var own = new LinkedHashMap<String, Field>();
    var merged = new LinkedHashMap<String, Field>();
    for (NodeTuple tuple : mapping.getValue()) {
      var keyNode = tuple.getKeyNode();
      if (!(keyNode instanceof ScalarNode key)) {
        throw Unreadable.at(place(keyNode), "a key is no text", "a name");
      }
      var value = value(tuple.getValueNode(), depth + 1);
      if (key.getValue().equals("<<")) {
        merge(value, merged);
      } else if (own.put(key.getValue(), new Field(place(key), value)) != null) {
        throw Unreadable.at(
            place(key), "the key '" + key.getValue() + "' is there twice", "each key once");
      }
    }
    merged.forEach(own::putIfAbsent);
    return own;
  }

  private static void merge(Foreign value, Map<String, Field> into) {
    switch (value) {
      case Fields(Place _, Map<String, Field> fields) -> fields.forEach(into::putIfAbsent);
      case Items(Place _, List<Foreign> items) -> items.forEach(item -> merge(item, into));
      case Scalar(Place at, String _) ->
          throw Unreadable.at(at, "'<<' has no mapping", "an alias of a mapping");
    }
  }
}
