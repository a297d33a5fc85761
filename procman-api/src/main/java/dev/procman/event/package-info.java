/// Typed lifecycle events and the ways to subscribe to them.
@org.jspecify.annotations.NullMarked
package dev.procman.event;
