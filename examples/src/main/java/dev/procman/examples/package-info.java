/// Small real programs.
@org.jspecify.annotations.NullMarked
package dev.procman.examples;
