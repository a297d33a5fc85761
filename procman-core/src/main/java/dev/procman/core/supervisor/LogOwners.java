package dev.procman.core.supervisor;

import dev.procman.OutputSettings;
import dev.procman.ProcessSpec;
import dev.procman.RotatingFile;

/// Whose log files are: of who runs, unless the settings of the file say otherwise.
final class LogOwners {
  private LogOwners() {}

  /// The output settings of a specification, with an owner for each log file of a process that runs
  /// as another user.
  static OutputSettings of(ProcessSpec spec) {
    var output = spec.output();
    if (spec.launch().user().isEmpty() && spec.launch().group().isEmpty()) {
      return output;
    }
    return new OutputSettings(
        output.charset(),
        output.retainedLines(),
        output.maxLineLength(),
        output.log(),
        output.events(),
        output.drainQuiet(),
        output.files().stream().map(file -> owned(file, spec)).toList(),
        output.sinks(),
        output.backPressure());
  }

  private static RotatingFile owned(RotatingFile file, ProcessSpec spec) {
    if (file.owner().isPresent() || file.group().isPresent()) {
      return file;
    }
    var given = spec.launch().user().map(file::owner).orElse(file);
    return spec.launch().group().map(given::group).orElse(given);
  }
}
