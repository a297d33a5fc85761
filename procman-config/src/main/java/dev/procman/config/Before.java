package dev.procman.config;

import dev.procman.Desired;
import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// How things were before a plan was carried out.
///
/// @param specs what each process was made from
/// @param wanted names of those that somebody has asked to run
/// @param running names of those of them that did, or were about to
record Before(Map<String, ProcessSpec> specs, Set<String> wanted, Set<String> running) {

  static Before of(ProcessManager manager) {
    var specs = new LinkedHashMap<String, ProcessSpec>();
    var wanted = new LinkedHashSet<String>();
    var running = new LinkedHashSet<String>();
    for (ManagedProcess process : manager.processes()) {
      specs.put(process.name(), process.spec());
      var now = process.snapshot();
      if (now.desired() == Desired.UP && now.state() != ProcessState.NEW) {
        wanted.add(process.name());
        switch (now.state()) {
          case WAITING, STARTING, RUNNING, STOPPING, BACKOFF -> running.add(process.name());
          case NEW, STOPPED, COMPLETED, FAILED, CRASH_LOOP, SKIPPED, STUCK -> {}
        }
      }
    }
    return new Before(specs, wanted, running);
  }
}
