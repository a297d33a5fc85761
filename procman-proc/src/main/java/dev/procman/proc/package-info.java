/// What Linux tells under `/proc`: processes, and trees of them.
@org.jspecify.annotations.NullMarked
package dev.procman.proc;
