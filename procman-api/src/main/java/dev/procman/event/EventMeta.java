package dev.procman.event;

import java.time.Instant;
import java.util.Map;

/// What every event carries.
///
/// @param process the managed process's name
/// @param generation its generation, 0 before the first
/// @param sequence counts the events of one manager from 1, without gap
/// @param time wall time
/// @param nanoTime monotonic time of the manager's clock
/// @param labels the labels of the process's specification
/// @param cause why it happened, for people
public record EventMeta(
    String process,
    long generation,
    long sequence,
    Instant time,
    long nanoTime,
    Map<String, String> labels,
    String cause) {}
