package dev.procman.config;

import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Scalar;
import dev.procman.config.Node.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Finds out where a value comes from.
final class Explaining {
  private static final Origin BUILT_IN = Origin.of("built-in default");

  private Explaining() {}

  static Optional<Explanation> explain(Mapping root, List<String> segments) {
    var path = KeyPath.of(segments.toArray(String[]::new));
    var about = about(segments);
    var found = Tree.find(root, segments);
    if (found.isEmpty()) {
      return about.map(
          words -> new Explanation(path.toString(), Optional.empty(), BUILT_IN, words, List.of()));
    }
    boolean hidden = segments.stream().anyMatch(Sensitive::isName);
    var overridden = new ArrayList<Explanation.Overridden>();
    for (var at = found.get().replaced(); at.isPresent(); at = at.get().replaced()) {
      overridden.add(
          new Explanation.Overridden(shown(at.get(), hidden), at.get().place().origin()));
    }
    return Optional.of(
        new Explanation(
            path.toString(),
            Optional.of(shown(found.get(), hidden)),
            found.get().place().origin(),
            about.orElse(""),
            overridden));
  }

  private static Optional<String> about(List<String> segments) {
    Optional<Rule<?>> rule = Optional.of(ProjectKeys.PROJECT);
    Optional<String> about = Optional.empty();
    for (String segment : segments) {
      about =
          rule.map(Explaining::plain)
              .filter(ObjectRule.class::isInstance)
              .flatMap(it -> ((ObjectRule<?>) it).key(segment))
              .map(Key::about);
      rule = rule.flatMap(each -> each.below(segment));
    }
    return about;
  }

  /// The rule behind shorthands and the like.
  private static Rule<?> plain(Rule<?> rule) {
    return switch (rule) {
      case ShortRule<?> shorthand -> plain(shorthand.full());
      case MappedRule<?, ?> mapped -> plain(mapped.rule());
      case LazyRule<?> lazy -> plain(lazy.rule().get());
      case ObjectRule<?> _, MapRule<?> _, ListRule<?> _, ScalarRule<?> _ -> rule;
    };
  }

  private static String shown(Node node, boolean hidden) {
    return switch (node) {
      case Scalar scalar ->
          hidden || scalar.secret() ? Sensitive.MASK : Problems.cut(scalar.text());
      case Sequence list ->
          list.items().stream()
              .map(item -> shown(item, hidden))
              .collect(Collectors.joining(", ", "[", "]"));
      case Mapping mapping ->
          mapping.entries().entrySet().stream()
              .map(entry ->
                  entry.getKey()
                      + ": "
                      + shown(entry.getValue().value(), hidden || Sensitive.isName(entry.getKey())))
              .collect(Collectors.joining(", ", "{", "}"));
    };
  }
}
