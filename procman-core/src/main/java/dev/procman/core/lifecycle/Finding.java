package dev.procman.core.lifecycle;

import java.util.Map;

/// The verdict of a probe that changed a process's health.
///
/// @param probe which probe: `startup`, `readiness` or `liveness`
/// @param reason what it said
/// @param evidence what that rests on
/// @param streak how many verdicts in a row passed, or, negative, did not
public record Finding(String probe, String reason, Map<String, String> evidence, int streak) {}
