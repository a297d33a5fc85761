package dev.procman;

/// One probe of the current or latest generation at one moment.
///
/// @param probe which: `startup`, `readiness`, `liveness`, or `ports`, which looks whether named
///   ports are listened on where no other tells readiness
/// @param check the check as words
/// @param status what its verdicts add up to
/// @param streak how many verdicts in a row passed, or, negative, did not
/// @param message what the latest verdict said
/// @param history its latest verdicts
public record ProbeSnapshot(
    String probe,
    String check,
    HealthStatus status,
    int streak,
    String message,
    HealthHistory history) {}
