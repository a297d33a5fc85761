/// Tests of the pure state machine: examples, every interleaving to a depth, and the model of what
/// surrounds it.
package dev.procman.core.lifecycle;
