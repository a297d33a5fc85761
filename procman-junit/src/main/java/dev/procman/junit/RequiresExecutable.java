package dev.procman.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/// Tests that need a program of the machine. When it is missing they fail at once and say what to
/// install: a test that is skipped in silence protects nobody. Where a skip is right, ask for it by
/// [#skip()].
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Repeatable(RequiresExecutable.All.class)
@ExtendWith(RequiresExecutableCondition.class)
public @interface RequiresExecutable {

  /// The program's name, or its path.
  String value();

  /// The package of Debian and its relatives that holds it; by default the program's name.
  String debianPackage() default "";

  /// Whether the tests are skipped when it is missing.
  boolean skip() default false;

  /// Several.
  @Documented
  @Inherited
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.TYPE, ElementType.METHOD})
  @ExtendWith(RequiresExecutableCondition.class)
  @interface All {
    /// Them.
    RequiresExecutable[] value();
  }
}
