/// The shell around the state machine: one mailbox and one virtual thread per managed process.
@org.jspecify.annotations.NullMarked
package dev.procman.core.supervisor;
