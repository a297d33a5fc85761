/// Registry, order of dependencies, start-up and shutdown of the whole.
@org.jspecify.annotations.NullMarked
package dev.procman.core.manager;
