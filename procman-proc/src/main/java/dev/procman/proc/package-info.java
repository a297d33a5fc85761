/// What Linux tells under `/proc`: processes, trees of them, and whose a port is.
@org.jspecify.annotations.NullMarked
package dev.procman.proc;
