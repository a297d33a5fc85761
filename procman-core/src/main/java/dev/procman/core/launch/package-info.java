/// Starting processes with nothing but the JDK, and seeing and ending their trees.
@org.jspecify.annotations.NullMarked
package dev.procman.core.launch;
