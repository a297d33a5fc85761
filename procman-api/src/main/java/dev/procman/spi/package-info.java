/// What an extender implements: launchers, health checks, restart policies, samplers and output
/// sinks.
@org.jspecify.annotations.NullMarked
package dev.procman.spi;
