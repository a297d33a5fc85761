package dev.procman.linux;

import dev.procman.LaunchException;
import java.util.Map;

/// Something that has to happen to a child between its birth and its program, when there is a pid
/// but not yet an instruction of the child's own.
@FunctionalInterface
interface BeforeProgram {

  /// Called with the child held back.
  ///
  /// @return variables for its environment that could not be known earlier, at most
  ///   [SpawnCall#SPARE_VARIABLES] of all together
  /// @throws LaunchException when it cannot be done; then the child never runs its program
  Map<String, String> with(int pid);
}
