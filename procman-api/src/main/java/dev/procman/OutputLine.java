package dev.procman;

import java.time.Instant;

/// One decoded line of a child's output.
///
/// @param sequence counts the lines of one managed process from 1, over both streams and all
///   generations
/// @param generation the generation that printed it
/// @param stream where it was printed
/// @param time wall time at which it was decoded
/// @param text the line without its terminator
/// @param cut whether the line was longer than the limit and its rest was dropped
public record OutputLine(
    long sequence, long generation, StdStream stream, Instant time, String text, boolean cut) {}
