/// The engine's front door.
@org.jspecify.annotations.NullMarked
package dev.procman.core;
