package dev.procman;

import java.util.Optional;

/// What the processes of one manager use. Thread-safe.
///
/// They are measured each with its whole tree, about once a second while any of them has a
/// threshold or limit or somebody has asked here within the last half minute, else more rarely.
/// Measuring takes a bounded share of one core; where that does not suffice, it is done more
/// rarely, and [SamplingSlowed][dev.procman.event.ProcessEvent.SamplingSlowed] says so. Without a
/// sampler nothing is known.
public interface Resources {

  /// What a process uses; empty when it was never measured.
  Optional<ResourceUsage> usage(String process);

  /// What a process used over time; empty when it was never measured twice.
  Optional<ResourceHistory> history(String process);

  /// What the processes cost, dearest first.
  ResourceReport report();

  /// What is reserved.
  ResourceAllocation allocation();
}
