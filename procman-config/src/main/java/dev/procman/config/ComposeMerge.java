package dev.procman.config;

import dev.procman.config.Node.Entry;
import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Scalar;
import dev.procman.config.Node.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Puts one process-compose file, or one process, over another: mappings are merged, variables of
/// the environment too, argument lists are joined, everything else is replaced.
final class ComposeMerge {
  private static final Set<String> JOINED = Set.of("entrypoint", "args", "success_exit_codes");

  private ComposeMerge() {}

  static Mapping over(Mapping base, Mapping top) {
    var merged = new LinkedHashMap<>(base.entries());
    top.entries()
        .forEach((key, entry) -> {
          var below = merged.get(key);
          merged.put(
              key,
              below == null
                  ? entry
                  : new Entry(entry.keyPlace(), over(key, below.value(), entry.value())));
        });
    return top.with(merged);
  }

  private static Node over(String key, Node below, Node above) {
    if (below instanceof Mapping base && above instanceof Mapping top) {
      return over(base, top);
    }
    if (below instanceof Sequence base && above instanceof Sequence top) {
      if (key.equals("environment")) {
        return variables(base, top);
      }
      if (JOINED.contains(key)) {
        var all = new ArrayList<>(base.items());
        all.addAll(top.items());
        return list(all, top);
      }
    }
    // There, what is empty, zero or false says nothing.
    return above instanceof Scalar scalar && below instanceof Scalar && saysNothing(scalar)
        ? below
        : above;
  }

  private static boolean saysNothing(Scalar scalar) {
    return scalar.text().isEmpty() || Set.of("false", "0").contains(scalar.text());
  }

  private static Sequence list(List<Node> items, Sequence top) {
    return new Sequence(items, top.place(), Optional.empty());
  }

  private static Sequence variables(Sequence base, Sequence top) {
    var byName = new LinkedHashMap<String, Node>();
    for (Sequence list : List.of(base, top)) {
      for (Node item : list.items()) {
        byName.put(item instanceof Scalar pair ? pair.text().split("=", 2)[0] : "", item);
      }
    }
    return list(List.copyOf(byName.values()), top);
  }

  /// The processes of a file in another directory run there, unless they say otherwise.
  static Mapping movedTo(Mapping project, String directory) {
    if (!(project.entries().get("processes") instanceof Entry(Place at, Node value))
        || !(value instanceof Mapping processes)) {
      return project;
    }
    var moved = new LinkedHashMap<>(processes.entries());
    moved.replaceAll((_, process) ->
        process.value() instanceof Mapping fields
            ? new Entry(process.keyPlace(), movedTo(fields, process.keyPlace(), directory))
            : process);
    var whole = new LinkedHashMap<>(project.entries());
    whole.put("processes", new Entry(at, processes.with(moved)));
    return project.with(whole);
  }

  private static Mapping movedTo(Mapping process, Place place, String directory) {
    var keys = new LinkedHashMap<>(process.entries());
    keys.compute("working_dir", (_, own) -> moved(own, place, directory));
    return process.with(keys);
  }

  private static Entry moved(@Nullable Entry own, Place place, String directory) {
    if (own != null && own.value() instanceof Scalar path && !path.text().isEmpty()) {
      var whole = path.text().startsWith("/") ? path.text() : directory + "/" + path.text();
      return new Entry(own.keyPlace(), Scalar.of(whole, Node.Kind.TEXT, path.place()));
    }
    return new Entry(place, Scalar.of(directory, Node.Kind.TEXT, place));
  }

  /// The processes, each over the one that it extends.
  static Map<String, Entry> extended(Map<String, Entry> processes) {
    var done = new LinkedHashMap<String, Entry>();
    processes.forEach(
        (name, process) -> done.put(name, extended(name, process, processes, List.of())));
    return done;
  }

  private static Entry extended(
      String name, Entry own, Map<String, Entry> processes, List<String> path) {
    if (!(own.value() instanceof Mapping fields)
        || !(fields.find("extends").orElse(null) instanceof Scalar extending)) {
      return own;
    }
    var parent = extending.text();
    var base = processes.get(parent);
    if (base == null || path.contains(name)) {
      throw Problems.only(
          fields.keyPlace("extends"),
          path.contains(name)
              ? "'" + Problems.cut(name) + "' extends itself"
              : "there is no process '" + Problems.cut(parent) + "' to extend",
          "one of " + Problems.cut(processes.keySet().toString()));
    }
    if (path.size() > Importer.LIMITS.depth()) {
      throw Problems.only(
          fields.keyPlace("extends"),
          "it extends more than " + Importer.LIMITS.depth() + " others, one the other",
          "fewer");
    }
    var longer = new ArrayList<>(path);
    longer.add(name);
    if (!(extended(parent, base, processes, longer).value() instanceof Mapping below)) {
      return own;
    }
    return new Entry(own.keyPlace(), over(below, fields).without("extends"));
  }
}
