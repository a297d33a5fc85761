package dev.procman.config.importer;

import dev.procman.config.importer.Foreign.Field;
import dev.procman.config.importer.Foreign.Fields;
import dev.procman.config.importer.Foreign.Items;
import dev.procman.config.importer.Foreign.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Puts one process-compose file, or one process, over another: mappings are merged, variables of
/// the environment too, argument lists are joined, everything else is replaced.
final class ComposeMerge {
  private static final Set<String> JOINED = Set.of("entrypoint", "args");

  private ComposeMerge() {}

  static Fields over(Fields base, Fields top) {
    var merged = new LinkedHashMap<String, Field>(base.fields());
    top.fields()
        .forEach((key, field) -> {
          var below = merged.get(key);
          merged.put(
              key,
              below == null
                  ? field
                  : new Field(field.place(), over(key, below.value(), field.value())));
        });
    return new Fields(top.place(), merged);
  }

  private static Foreign over(String key, Foreign below, Foreign above) {
    if (below instanceof Fields base && above instanceof Fields top) {
      return over(base, top);
    }
    if (below instanceof Items base && above instanceof Items top) {
      if (key.equals("environment")) {
        return variables(base, top);
      }
      if (JOINED.contains(key)) {
        var all = new ArrayList<>(base.items());
        all.addAll(top.items());
        return new Items(top.place(), all);
      }
    }
    return above;
  }

  private static Items variables(Items base, Items top) {
    var byName = new LinkedHashMap<String, Foreign>();
    for (Items items : List.of(base, top)) {
      for (Foreign item : items.items()) {
        byName.put(item instanceof Scalar(Place _, String text) ? text.split("=", 2)[0] : "", item);
      }
    }
    return new Items(top.place(), List.copyOf(byName.values()));
  }

  /// The processes of a file in another directory run there, unless they say otherwise.
  static Fields movedTo(Fields project, String directory) {
    if (project.fields().get("processes") instanceof Field(Place _, Foreign value)
        && value instanceof Fields processes) {
      processes
          .fields()
          .replaceAll((_, process) -> {
            if (process.value() instanceof Fields fields) {
              fields
                  .fields()
                  .compute("working_dir", (_, own) -> moved(own, process.place(), directory));
            }
            return process;
          });
    }
    return project;
  }

  private static Field moved(@Nullable Field own, Place place, String directory) {
    if (own != null && own.value() instanceof Scalar(Place at, String path) && !path.isEmpty()) {
      var whole = path.startsWith("/") ? path : directory + "/" + path;
      return new Field(own.place(), new Scalar(at, whole));
    }
    return new Field(place, new Scalar(place, directory));
  }

  /// The processes, each over the one that it extends.
  static Map<String, Field> extended(Map<String, Field> processes) {
    var done = new LinkedHashMap<String, Field>();
    processes.forEach(
        (name, process) -> done.put(name, extended(name, process, processes, List.of())));
    return done;
  }

  private static Field extended(
      String name, Field own, Map<String, Field> processes, List<String> path) {
    if (!(own.value() instanceof Fields fields)
        || !(fields.fields().get("extends") instanceof Field(Place at, Foreign value))
        || !(value instanceof Scalar(Place _, String parent))) {
      return own;
    }
    var base = processes.get(parent);
    if (base == null || path.contains(name)) {
      throw Unreadable.at(
          at,
          path.contains(name)
              ? "'" + name + "' extends itself"
              : "there is no process '" + parent + "' to extend",
          "one of " + processes.keySet());
    }
    var longer = new ArrayList<>(path);
    longer.add(name);
    if (!(extended(parent, base, processes, longer).value() instanceof Fields below)) {
      return own;
    }
    var merged = over(below, fields);
    merged.fields().remove("extends");
    return new Field(own.place(), merged);
  }
}
