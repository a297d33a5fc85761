package dev.procman.core.launch;

import dev.procman.core.Uninterruptibly;
import dev.procman.Signal;
import dev.procman.proc.ProcFs;
import dev.procman.proc.SpareDescriptors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends signals. TERM and KILL go through [ProcessHandle], which compares the start time before it
/// sends; the JDK offers no others, so those are sent by the shell's `kill`, by name.
final class Kill {
  private static final Logger log = LoggerFactory.getLogger(Kill.class);
  private static final long LIMIT_SECONDS = 5;

  /// Descriptors that it takes.
  private static final int FOR_A_HANDLE = 2;

  private static final int FOR_A_PROGRAM = 14;

  private Kill() {}

  /// Sends a signal to those of `targets` that are still the same processes.
  ///
  /// @return whether there was any, and it was sent
  static boolean send(Signal signal, List<ProcFs.Stat> targets) {
    if (targets.isEmpty()) {
      return false;
    }
    if (signal == Signal.TERM || signal == Signal.KILL) {
      boolean sent = false;
      for (var target : targets) {
        sent |= sendByHandle(signal, target);
      }
      return sent;
    }
    return sendByName(
        signal,
        targets.stream()
            .filter(target -> ProcFs.isAlive(target.pid(), target.startTicks()))
            .map(ProcFs.Stat::pid)
            .toList());
  }

  private static boolean sendByHandle(Signal signal, ProcFs.Stat target) {
    // The JDK opens files of /proc for the handle and for the proof.
    return attempt(signal, target)
        || (ProcFs.isAlive(target.pid(), target.startTicks())
            && SpareDescriptors.lend(FOR_A_HANDLE, () -> attempt(signal, target)));
  }

  private static boolean attempt(Signal signal, ProcFs.Stat target) {
    // First the handle, which remembers its own start time, then the proof that it is the handle of
    // the right one.
    var handle = ProcessHandle.of(target.pid());
    if (handle.isEmpty() || !ProcFs.isAlive(target.pid(), target.startTicks())) {
      return false;
    }
    return signal == Signal.KILL ? handle.get().destroyForcibly() : handle.get().destroy();
  }

  /// Sends by the shell's `kill`.
  static boolean sendByName(Signal signal, List<Long> pids) {
    if (pids.isEmpty()) {
      return false;
    }
    var command =
        new ArrayList<String>(List.of("/bin/sh", "-c", "kill -s \"$0\" \"$@\"", signal.name()));
    pids.forEach(pid -> command.add(Long.toString(pid)));
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    try {
      var kill = start(builder);
      kill.getOutputStream().close();
      // An interrupt of the caller changes nothing about whether it was sent.
      Uninterruptibly.await(() -> kill.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS));
      if (kill.isAlive()) {
        kill.toHandle().destroyForcibly();
        return false;
      }
      return kill.exitValue() == 0;
    } catch (IOException failed) {
      log.atWarn().addKeyValue("signal", signal).setCause(failed).log("a signal could not be sent");
      return false;
    }
  }

  private static Process start(ProcessBuilder builder) throws IOException {
    try {
      return builder.start();
    } catch (IOException perhapsNoDescriptor) {
      try {
        return SpareDescriptors.lend(FOR_A_PROGRAM, () -> startUnchecked(builder));
      } catch (UncheckedIOException again) {
        perhapsNoDescriptor.addSuppressed(again);
        throw perhapsNoDescriptor;
      }
    }
  }

  private static Process startUnchecked(ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
