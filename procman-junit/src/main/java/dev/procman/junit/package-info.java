/// Supervised processes as fixtures of JUnit tests; begin at [dev.procman.junit.Supervised].
@org.jspecify.annotations.NullMarked
package dev.procman.junit;
