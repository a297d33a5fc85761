package dev.procman.junit;

import dev.procman.ProcessSpec;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Whether two specifications mean the same process: whether all their parts do. The parts are
/// those that the records have, so that no list of them is kept here.
///
/// Code is the same when it was written at one place and has captured the same: a lambda of one
/// line that a method makes anew for each class is the same as before. What cannot be looked into
/// is the same only when it says so itself, or is one object.
final class SpecIdentity {
  /// Captured objects may lead anywhere.
  private static final int DEEPEST = 12;

  private SpecIdentity() {}

  static boolean isSame(ProcessSpec one, ProcessSpec other) {
    return isSame(one, other, 0);
  }

  private static boolean isSame(@Nullable Object one, @Nullable Object other, int depth) {
    if (Objects.equals(one, other)) {
      return true;
    }
    if (one == null || other == null || depth > DEEPEST) {
      return false;
    }
    if (one instanceof Optional<?> first && other instanceof Optional<?> second) {
      return isSame(first.orElse(null), second.orElse(null), depth + 1);
    }
    if (one instanceof List<?> first && other instanceof List<?> second) {
      return areSame(first, second, depth);
    }
    if (one instanceof Map<?, ?> first && other instanceof Map<?, ?> second) {
      return first.keySet().equals(second.keySet())
          && first.keySet().stream()
              .allMatch(key -> isSame(first.get(key), second.get(key), depth + 1));
    }
    boolean comparable = one.getClass().isRecord() || one.getClass().isHidden();
    return comparable
        && one.getClass() == other.getClass()
        && areSame(parts(one), parts(other), depth);
  }

  private static boolean areSame(List<?> one, List<?> other, int depth) {
    if (one.size() != other.size()) {
      return false;
    }
    for (int index = 0; index < one.size(); index++) {
      if (!isSame(one.get(index), other.get(index), depth + 1)) {
        return false;
      }
    }
    return true;
  }

  /// What a record consists of, or a lambda has captured; the object itself when that is hidden
  /// from this module, which is the same as no other.
  private static List<@Nullable Object> parts(Object of) {
    var parts = new ArrayList<@Nullable Object>();
    for (var field : of.getClass().getDeclaredFields()) {
      if (!Modifier.isStatic(field.getModifiers())) {
        try {
          if (!field.trySetAccessible()) {
            return Arrays.asList(of);
          }
          parts.add(field.get(of));
        } catch (IllegalAccessException hidden) {
          return Arrays.asList(of);
        }
      }
    }
    return parts;
  }
}
