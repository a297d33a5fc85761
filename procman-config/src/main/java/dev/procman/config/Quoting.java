package dev.procman.config;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Which values may be quoted in messages: those that are no part of an environment, of files, of
/// arguments or of anything else that people put passwords in, whatever they are called. What
/// stands below a key that is not known is not known either, and not quoted: it may be a mistyped
/// `environment`.
final class Quoting {
  private static final Pattern CAPITALS = Pattern.compile("[A-Z][A-Z0-9_]*");

  private Quoting() {}

  /// Whether the value there may be quoted.
  static boolean allows(KeyPath path) {
    return allows(path.segments());
  }

  static boolean allows(List<String> segments) {
    if (segments.isEmpty() || segments.stream().anyMatch(Sensitive::isName)) {
      return false;
    }
    Optional<Rule<?>> rule = Optional.of(ProjectKeys.PROJECT);
    for (String segment : segments) {
      rule = rule.flatMap(each -> below(each, segment));
    }
    return rule.isPresent();
  }

  /// Whether the keys there are keys of procman or names that a user chose for processes and the
  /// like, and no values.
  static boolean allowsKey(String key, KeyPath path) {
    return key.indexOf('=') < 0 || allows(path);
  }

  /// What a variable is called that a text refers to which must not be quoted: a name in capitals
  /// hardly is a part of a password.
  static String variable(String name) {
    return CAPITALS.matcher(name).matches() ? Problems.cut(name) : "…";
  }

  /// What a key is called in messages: the part before a `=` where a value may follow.
  static String key(String key, KeyPath path) {
    return Problems.cut(allowsKey(key, path) ? key : key.substring(0, key.indexOf('=')) + "=…");
  }

  private static Optional<Rule<?>> below(Rule<?> rule, String segment) {
    return switch (rule) {
      case ObjectRule<?> object ->
          object.key(segment).filter(Key::quoted).map(key -> (Rule<?>) key.rule());
      case MapRule<?> map -> Optional.of(map.value());
      case ListRule<?> list -> isItem(segment) ? Optional.of(list.item()) : Optional.empty();
      case ShortRule<?> shorthand ->
          below(shorthand.full(), segment)
              .or(() ->
                  shorthand.shorts().stream()
                      .flatMap(each -> below(each.rule(), segment).stream())
                      .findFirst());
      case MappedRule<?, ?> mapped -> below(mapped.rule(), segment);
      case LazyRule<?> lazy -> below(lazy.rule().get(), segment);
      case ScalarRule<?> _ -> Optional.empty();
    };
  }

  private static boolean isItem(String segment) {
    return segment.startsWith("[") && segment.endsWith("]");
  }
}
