/// Simulated schedules: of the state machine alone with seeds that replay exactly, and of the whole
/// engine over a simulated launcher and clock.
package dev.procman.core.simulation;
