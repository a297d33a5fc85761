/// Bytes of children become lines: decoding, the bounded ring, followers and sinks.
@NullMarked
package dev.procman.core.output;

import org.jspecify.annotations.NullMarked;
