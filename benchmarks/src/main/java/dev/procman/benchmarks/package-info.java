/// procman beside its peers, measured in the same run. Start at [Benchmarks].
@org.jspecify.annotations.NullMarked
package dev.procman.benchmarks;
