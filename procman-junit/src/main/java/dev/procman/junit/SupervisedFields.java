package dev.procman.junit;

import dev.procman.ManagedProcess;
import dev.procman.ProcessSpec;
import dev.procman.ProcmanException;
import dev.procman.junit.Supervised.Scope;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/// The fields of a test class, and of those it inherits from, that are marked [Supervised].
final class SupervisedFields {
  private SupervisedFields() {}

  /// The specifications in fields of a scope.
  ///
  /// @param instance the test; null for scopes of static fields only
  static List<ProcessSpec> specs(Class<?> test, Scope scope, @Nullable Object instance) {
    return of(test, ProcessSpec.class).stream()
        .filter(field -> scope(field) == scope)
        .map(field -> read(field, instance))
        .toList();
  }

  /// The specifications for the session, by whether the process may outlive it.
  static Map<Boolean, List<ProcessSpec>> ofSession(Class<?> test) {
    return of(test, ProcessSpec.class).stream()
        .filter(field -> scope(field) == Scope.SESSION)
        .collect(
            Collectors.partitioningBy(
                field -> annotation(field).reuse(),
                Collectors.mapping(field -> read(field, null), Collectors.toList())));
  }

  /// The names of the processes that may end by themselves.
  static List<String> mayEnd(Class<?> test, @Nullable Object instance) {
    return of(test, ProcessSpec.class).stream()
        .filter(field -> annotation(field).mayEnd())
        .filter(field -> instance != null || Modifier.isStatic(field.getModifiers()))
        .map(field -> read(field, instance).name())
        .toList();
  }

  /// The fields that get a process.
  static List<Field> processes(Class<?> test, boolean ofClass) {
    return of(test, ManagedProcess.class).stream()
        .filter(field -> Modifier.isStatic(field.getModifiers()) == ofClass)
        .toList();
  }

  private static List<Field> of(Class<?> test, Class<?> type) {
    var all =
        AnnotationSupport.findAnnotatedFields(
            test, Supervised.class, _ -> true, HierarchyTraversalMode.TOP_DOWN);
    for (var field : all) {
      if (field.getType() != ProcessSpec.class && field.getType() != ManagedProcess.class) {
        throw new ExtensionConfigurationException(
            "@Supervised is for fields of type ProcessSpec or ManagedProcess, not for " + field);
      }
    }
    return all.stream().filter(field -> field.getType() == type).toList();
  }

  private static Scope scope(Field field) {
    var asked = annotation(field).scope();
    boolean isStatic = Modifier.isStatic(field.getModifiers());
    if (!isStatic && (asked == Scope.CLASS || asked == Scope.SESSION)) {
      throw new ExtensionConfigurationException(
          field + " is not static, so its scope cannot be " + asked + "; make it static");
    }
    if (annotation(field).reuse() && asked != Scope.SESSION) {
      throw new ExtensionConfigurationException(
          field + " is to be reused between runs, so its scope must be SESSION");
    }
    if (asked == Scope.AUTOMATIC) {
      return isStatic ? Scope.CLASS : Scope.METHOD;
    }
    return asked;
  }

  static Supervised annotation(Field field) {
    return AnnotationSupport.findAnnotation(field, Supervised.class).orElseThrow();
  }

  private static ProcessSpec read(Field field, @Nullable Object instance) {
    try {
      var value = ReflectionSupport.tryToReadFieldValue(field, instance).get();
      if (value instanceof ProcessSpec spec) {
        return spec;
      }
      throw new ExtensionConfigurationException(
          field + " is " + value + "; give it its specification where it is declared");
    } catch (ExtensionConfigurationException wrong) {
      throw wrong;
    } catch (ExceptionInInitializerError | NoClassDefFoundError failed) {
      // A specification that is made there may find that its server is not installed.
      throw new ExtensionConfigurationException(
          field + " has no value, since its class failed to initialize: " + rootOf(failed), failed);
    } catch (Exception unreadable) {
      throw new ExtensionConfigurationException(field + " cannot be read", unreadable);
    }
  }

  /// What is at the bottom of it, in words.
  private static String rootOf(Throwable failed) {
    Throwable root = failed;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root instanceof ProcmanException ? String.valueOf(root.getMessage()) : root.toString();
  }
}
