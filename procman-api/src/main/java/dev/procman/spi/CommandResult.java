package dev.procman.spi;

import dev.procman.ExitStatus;
import java.time.Duration;

/// How a command ended that was run beside a process.
///
/// @param status how it ended
/// @param output what it printed on both streams, as UTF-8, its first 64 KiB
/// @param cut whether it printed more than that
/// @param time from its spawn to its end
public record CommandResult(ExitStatus status, String output, boolean cut, Duration time) {}
