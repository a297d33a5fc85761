/// The event bus: one order of events, one queue and one virtual thread for each subscriber.
@org.jspecify.annotations.NullMarked
package dev.procman.core.event;
