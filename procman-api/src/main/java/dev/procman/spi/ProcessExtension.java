package dev.procman.spi;

import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;

/// Something that accompanies a managed process from its registration to its removal, such as a
/// watch on files. It is part of a specification; when that is replaced by one without it, or with
/// another that is not equal, it is closed. Make it a value with `equals`.
@FunctionalInterface
public interface ProcessExtension {

  /// Begins; called on a virtual thread of its own, once the process is registered. What it returns
  /// is closed when the process is removed, the manager closed, or the extension replaced; also on
  /// a virtual thread. A failure is logged.
  ///
  /// @throws Exception when it cannot begin
  AutoCloseable attach(ManagedProcess process, ProcessManager manager) throws Exception;
}
