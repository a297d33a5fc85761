/// The pure state machine that decides everything supervision decides.
@org.jspecify.annotations.NullMarked
package dev.procman.core.lifecycle;
