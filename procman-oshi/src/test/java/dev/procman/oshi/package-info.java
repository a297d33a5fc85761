/// Tests of the sampler over OSHI.
@org.jspecify.annotations.NullMarked
package dev.procman.oshi;
