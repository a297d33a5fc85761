package dev.procman.config;

import dev.procman.config.Node.Entry;
import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Scalar;
import dev.procman.config.Node.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// Changed copies of documents.
final class Trees {
  private Trees() {}

  /// With another value there, or none.
  static Node replaced(Node root, List<String> path, Optional<Node> value) {
    return changed(root, path, _ -> value);
  }

  /// With one more key, or item, there; a scalar stays.
  static Node added(Node root, List<String> path, String key, Node value) {
    return changed(
        root,
        path,
        node ->
            Optional.of(
                switch (node) {
                  case Mapping mapping -> mapping.with(key, value);
                  case Sequence list -> {
                    var more = new ArrayList<>(list.items());
                    more.add(Mapping.single(key, value, list.place()));
                    yield new Sequence(more, list.place(), Optional.empty());
                  }
                  case Scalar scalar -> scalar;
                }));
  }

  private interface Change {
    Optional<Node> apply(Node node);
  }

  private static Node changed(Node node, List<String> path, Change change) {
    var first = path.getFirst();
    var rest = path.subList(1, path.size());
    return switch (node) {
      case Scalar scalar -> scalar;
      case Sequence list -> {
        var items = new ArrayList<Node>();
        for (int i = 0; i < list.items().size(); i++) {
          var item = list.items().get(i);
          if (!first.equals("[" + i + "]")) {
            items.add(item);
          } else if (rest.isEmpty()) {
            change.apply(item).ifPresent(items::add);
          } else {
            items.add(changed(item, rest, change));
          }
        }
        yield new Sequence(items, list.place(), Optional.empty());
      }
      case Mapping mapping -> {
        var entries = new LinkedHashMap<String, Entry>();
        mapping
            .entries()
            .forEach((key, entry) -> {
              if (!key.equals(first)) {
                entries.put(key, entry);
              } else if (rest.isEmpty()) {
                change
                    .apply(entry.value())
                    .ifPresent(value -> entries.put(key, new Entry(entry.keyPlace(), value)));
              } else {
                entries.put(key, new Entry(entry.keyPlace(), changed(entry.value(), rest, change)));
              }
            });
        yield mapping.with(entries);
      }
    };
  }
}
