package dev.procman.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/// Fails a test that leaves behind a process which this JVM started and procman does not supervise;
/// the failure names its command line. A child that ends within a second after the test is no leak.
///
/// It looks at the children of the whole JVM, so tests that run beside others in one JVM cannot be
/// told apart: under parallel execution put [org.junit.jupiter.api.parallel.Isolated] beside it.
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(LeakCheckExtension.class)
public @interface LeakCheck {}
