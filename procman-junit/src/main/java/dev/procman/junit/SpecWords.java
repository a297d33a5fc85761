package dev.procman.junit;

import dev.procman.spi.HealthCheck;
import java.lang.reflect.Array;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// All that an object consists of, as words: the same words in each run of the same program, and
/// other words where any part is another. The parts are those that the classes have, so that no
/// list of them is kept here. It holds secrets: it is for a hash, not to be shown.
///
/// Code has no words but those of the class that it is written in, and of what it has captured: in
/// another run nothing else can be told of it.
final class SpecWords {
  /// Captured objects may lead anywhere.
  private static final int DEEPEST = 12;

  private SpecWords() {}

  static String of(Object whole) {
    return of(whole, 0);
  }

  private static String of(@Nullable Object part, int depth) {
    if (part == null) {
      return "null";
    }
    if (depth > DEEPEST) {
      return name(part);
    }
    return switch (part) {
      case CharSequence text -> quoted(text.toString());
      case Enum<?> constant -> name(part) + "." + constant.name();
      case Optional<?> some -> "?" + of(some.orElse(null), depth + 1);
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(entry -> of(entry.getKey(), depth + 1) + "=" + of(entry.getValue(), depth + 1))
              .sorted()
              .collect(Collectors.joining(",", "{", "}"));
      case List<?> list ->
          list.stream().map(each -> of(each, depth + 1)).collect(Collectors.joining(",", "[", "]"));
      case Collection<?> unordered ->
          unordered.stream()
              .map(each -> of(each, depth + 1))
              .sorted()
              .collect(Collectors.joining(",", "(", ")"));
      default -> part.getClass().isArray() ? ofArray(part, depth) : ofFields(part, depth);
    };
  }

  /// Nothing that a text says looks like the end of it.
  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private static String ofArray(Object array, int depth) {
    return IntStream.range(0, Array.getLength(array))
        .mapToObj(index -> of(Array.get(array, index), depth + 1))
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String ofFields(Object part, int depth) {
    var type = part.getClass();
    if (type.getName().startsWith("java.")) {
      return opaque(part);
    }
    var words = new StringBuilder(name(part)).append('(');
    for (Class<?> owner = type; owner != Object.class && owner != null; ) {
      for (var field : owner.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers())) {
          continue;
        }
        try {
          if (!field.trySetAccessible()) {
            return opaque(part);
          }
          words.append(field.getName()).append('=').append(of(field.get(part), depth + 1));
          words.append(',');
        } catch (IllegalAccessException hidden) {
          return opaque(part);
        }
      }
      owner = owner.getSuperclass();
    }
    return words.append(')').toString();
  }

  /// What cannot be looked into says what it is, unless by its place in memory.
  private static String opaque(Object part) {
    String text =
        part instanceof HealthCheck check ? check.describe() : saysSomething(part) ? "" + part : "";
    return name(part) + quoted(text);
  }

  private static boolean saysSomething(Object part) {
    return Arrays.stream(part.getClass().getMethods())
        .filter(method -> method.getName().equals("toString") && method.getParameterCount() == 0)
        .anyMatch(method -> method.getDeclaringClass() != Object.class);
  }

  /// Without the part of a lambda's that each run makes up.
  private static String name(Object part) {
    return part.getClass().getName().replaceFirst("/0x.*", "");
  }
}
