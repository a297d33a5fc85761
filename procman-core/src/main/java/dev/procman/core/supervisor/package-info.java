/// The shell around the state machine: one mailbox per managed process.
@org.jspecify.annotations.NullMarked
package dev.procman.core.supervisor;
