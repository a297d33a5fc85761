/// What a host application touches: the manager, specifications of processes, and handles on
/// managed processes.
@org.jspecify.annotations.NullMarked
package dev.procman;
