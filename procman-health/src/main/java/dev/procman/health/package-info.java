/// Ready-made health checks; begin at [dev.procman.health.HealthChecks].
@org.jspecify.annotations.NullMarked
package dev.procman.health;
