package dev.procman;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/// Bounds that the kernel keeps for a whole tree, by a control group of its own (cgroup v2). An
/// empty part is no bound. Immutable.
///
/// @param memoryMax bytes of memory beyond which the kernel ends a member (`memory.max`)
/// @param memoryHigh bytes of memory beyond which its members are slowed down (`memory.high`)
/// @param cpuMax cores it may use at the same time on average (`cpu.max`)
/// @param pidsMax processes and threads it may have (`pids.max`)
public record ControlGroup(
    OptionalLong memoryMax, OptionalLong memoryHigh, OptionalDouble cpuMax, OptionalLong pidsMax) {

  /// Checks the numbers.
  ///
  /// @throws InvalidSpecException when one is not above zero
  public ControlGroup {
    requirePositive("memoryMax", memoryMax);
    requirePositive("memoryHigh", memoryHigh);
    requirePositive("pidsMax", pidsMax);
    if (cpuMax.isPresent() && !(cpuMax.getAsDouble() >= 0.01)) {
      throw new InvalidSpecException(
          "launch.controlGroup.cpuMax", cpuMax.getAsDouble(), "use 0.01 cores or more");
    }
  }

  private static void requirePositive(String field, OptionalLong value) {
    if (value.isPresent() && value.getAsLong() <= 0) {
      throw new InvalidSpecException(
          "launch.controlGroup." + field, value.getAsLong(), "use a number above zero");
    }
  }

  /// A group without bounds, which still is ended as one.
  public static ControlGroup ofDefaults() {
    return new ControlGroup(
        OptionalLong.empty(), OptionalLong.empty(), OptionalDouble.empty(), OptionalLong.empty());
  }

  /// With a bound on memory, bytes.
  public ControlGroup memoryMax(long bytes) {
    return new ControlGroup(OptionalLong.of(bytes), memoryHigh, cpuMax, pidsMax);
  }

  /// With slowing beyond so much memory, bytes.
  public ControlGroup memoryHigh(long bytes) {
    return new ControlGroup(memoryMax, OptionalLong.of(bytes), cpuMax, pidsMax);
  }

  /// With a bound on CPU, cores.
  public ControlGroup cpuMax(double cores) {
    return new ControlGroup(memoryMax, memoryHigh, OptionalDouble.of(cores), pidsMax);
  }

  /// With a bound on processes and threads.
  public ControlGroup pidsMax(long count) {
    return new ControlGroup(memoryMax, memoryHigh, cpuMax, OptionalLong.of(count));
  }
}
