/// Measures what processes use through OSHI, where there is no `/proc`.
@org.jspecify.annotations.NullMarked
package dev.procman.oshi;
