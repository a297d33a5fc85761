package dev.procman.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/// Marks processes of a test.
///
/// - A field of type [dev.procman.ProcessSpec] is a process that is started, and ready, before the
///   tests that may use it: once for the class if the field is static, for each test if it is not.
///   Those of one scope are started together, in order of their dependencies and else in parallel.
/// - A field or parameter of type [dev.procman.ManagedProcess] gets the process of that name.
///
/// - A parameter of type [dev.procman.ProcessManager] gets the manager of the narrowest scope that
///   has processes, to start more by hand; they end with that scope.
///
/// A process may depend on one of a wider scope, and use its port as `${port.NAME:PORT}`.
///
/// When a test fails, what is known of its processes is published as the file `procman.txt` of the
/// test, and their temporary directories are kept.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.PARAMETER})
@ExtendWith(SupervisedExtension.class)
public @interface Supervised {

  /// The name of the process to get; by default that of the field or parameter, or, when there is
  /// only one process, that one. Without meaning for a [dev.procman.ProcessSpec].
  String value() default "";

  /// How long the process lives; without meaning for a [dev.procman.ManagedProcess].
  Scope scope() default Scope.AUTOMATIC;

  /// Whether a process of scope [Scope#SESSION] outlives the session, and is taken up by the next
  /// run that has an equal specification, as it was left. Only where the user has written
  /// `junit.reuse=true` into `.procman.properties` of the home directory, and the environment
  /// variable `CI` is not set; else it ends with the session. While one run has it, others start
  /// one of their own. Linux only.
  boolean reuse() default false;

  /// Whether the process may end by itself while tests use it. If not, which is the default, a test
  /// fails in whose time it did, also when its policy has started it again. Ends that the test asks
  /// for by [dev.procman.ManagedProcess#stop()] or `restart()` are none of these, nor are those of
  /// a process that had completed with success before the tests began, or on whose end another
  /// depends. For the tests of the class that says it; without meaning for a
  /// [dev.procman.ManagedProcess].
  boolean mayEnd() default false;

  /// How long a process lives.
  enum Scope {
    /// [#CLASS] for a static field, [#METHOD] for another.
    AUTOMATIC,
    /// For one test.
    METHOD,
    /// For the tests of one class, those of its nested classes included. The field is static.
    CLASS,
    /// From the first test that asks to the end of all: one process for all classes whose static
    /// fields hold an equal specification.
    SESSION
  }
}
