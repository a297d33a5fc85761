package dev.procman.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;

/// A program that starts children itself and keeps their pipes empty, with a thread for each: what
/// one writes without a library. Virtual threads will not do: 256 that wait for pipes stop all
/// others.
final class IdleProcessBuilder {
  private IdleProcessBuilder() {}

  public static void main(String[] args) throws Exception {
    int children = Integer.parseInt(args[0]);
    var processes = new ArrayList<Process>();
    try {
      var meter = new IdleMeter();
      long begun = System.nanoTime();
      for (int i = 0; i < children; i++) {
        var process = new ProcessBuilder("sleep", "1000").start();
        processes.add(process);
        drain(process.getInputStream());
        drain(process.getErrorStream());
      }
      long startedIn = System.nanoTime() - begun;
      meter.print("ProcessBuilder", children, startedIn, Long.parseLong(args[1]));
    } finally {
      for (var process : processes) {
        process.toHandle().destroyForcibly();
      }
      for (var process : processes) {
        process.waitFor();
      }
    }
  }

  private static void drain(InputStream stream) {
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            stream.transferTo(java.io.OutputStream.nullOutputStream());
          } catch (IOException ended) {
            // The child is gone.
          }
        });
  }
}
